#!/bin/sh
# Run by PostgreSQL's image when it makes its database: the role that owns "elections" and is no
# superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /secrets/postgres)" -U postgres <<'END'
CREATE ROLE elections LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE elections OWNER elections;
END
