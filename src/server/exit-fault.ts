/** What a server ends with after a fault that only a restart mends; the launcher starts it again. */

export const EXIT_FAULT = 70
