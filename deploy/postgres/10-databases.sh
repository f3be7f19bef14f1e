#!/bin/bash
# One database per service, with an owner that migrates and a role that the service runs as.
# A role can connect to its own database alone.
set -euo pipefail

for name in tallygate_keys tallygate_gateway tallygate_metering tallygate_budget; do
  upper=${name^^}
  owner_variable="${upper}_OWNER_PASSWORD"
  role_variable="${upper}_PASSWORD"
  : "${!owner_variable:?is not set: run deploy/make-env}" "${!role_variable:?is not set: run deploy/make-env}"
  # \getenv keeps the passwords out of the process list.
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
\getenv owner_password $owner_variable
\getenv role_password $role_variable
CREATE ROLE ${name}_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ${name} LOGIN PASSWORD :'role_password';
CREATE DATABASE ${name} OWNER ${name}_owner;
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${name};
SQL
done

psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
SQL
