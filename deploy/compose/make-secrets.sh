#!/bin/sh
# Makes the passwords of the engines at the first start and leaves them as they are ever after. The files are read by the
# users of several images, whose ids differ; only containers that mount this volume see them.
set -eu
umask 022
cd /secrets
[ -e addresses ] && exit 0

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

for name in redis postgres postgres-superuser spark; do
  [ -s "$name" ] || { secret >"$name.draft" && mv "$name.draft" "$name"; }
done

cat >redis.conf <<END
include /etc/elections/redis.conf
requirepass $(cat redis)
END

# Written last: it says that the rest is whole.
cat >addresses.draft <<END
export REDIS_URL='redis://default:$(cat redis)@redis:6379'
export KAFKA_BROKERS='kafka:19092'
export DATABASE_URL='postgres://elections:$(cat postgres)@postgres:5432/elections'
export SPARK_REMOTE='sc://127.0.0.1:15002/;token=$(cat spark)'
export SPARK_CHECKPOINTS='/opt/spark/work-dir/checkpoints'
END
mv addresses.draft addresses
