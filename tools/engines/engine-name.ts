/** The four engines, by name. */
export type EngineName = 'redis' | 'postgres' | 'kafka' | 'spark'
