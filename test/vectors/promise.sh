#!/bin/sh
# Makes the vectors of promise.test.ts with nothing but openssl and coreutils: three promises under
# one signature. usage: promise.sh 1|2, the version of the promises
set -e
if [ "$1" = 2 ]; then seconds=86400 batch=promises/v2; else seconds=1767225600 batch=promises; fi
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
sha256() { openssl dgst -sha256 -binary; }
unhex() { tr -d ' \n' | basenc --base16 -d; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
tracker() { printf '%s' "$1" | sha256 | basenc --base64url | tr -d =; }
# leaf TRACKER SECONDS SALT; node LEFT RIGHT
leaf() {
  { printf '\0'; printf '%s=' "$1" | basenc --base64url -d; printf '%016X' "$2" | unhex; printf '%s' "$3" | unhex; } | sha256 | base64
}
node() { { printf '\1'; printf '%s' "$1" | base64 -d; printf '%s' "$2" | base64 -d; } | sha256 | base64; }

a=$(leaf "$(tracker a)" "$seconds" 000102030405060708090A0B0C0D0E0F)
b=$(leaf "$(tracker b)" "$seconds" 101112131415161718191A1B1C1D1E1F)
c=$(leaf "$(tracker c)" "$seconds" 202122232425262728292A2B2C2D2E2F)
ab=$(node "$a" "$b")
root=$(node "$ab" "$c")

# The key's seed is 32 bytes of 0x07.
seed=$(printf '07%.0s' $(seq 32))
printf '302E020100300506032B657004220420%s' "$seed" | unhex > "$dir/key"
openssl pkey -inform DER -in "$dir/key" -pubout -outform DER | tail -c 32 > "$dir/public"
origin=digital-elections/city-2026-00000000
{ printf '%s\n\1' "$origin"; cat "$dir/public"; } | sha256 | head -c 4 > "$dir/id"
printf '%s/%s\n3\n%s\n' "$origin" "$batch" "$root" > "$dir/text"
openssl pkeyutl -sign -rawin -keyform DER -inkey "$dir/key" -in "$dir/text" > "$dir/signature"

echo "a $a"; echo "b $b"; echo "c $c"; echo "ab $ab"; echo "root $root"
echo "signature $(cat "$dir/id" "$dir/signature" | base64 -w0)"
echo "signer key PRIVATE+KEY+$origin+$(hex < "$dir/id")+$({ printf '\1'; printf '%s' "$seed" | unhex; } | base64 -w0)"
echo "verifier key $origin+$(hex < "$dir/id")+$({ printf '\1'; cat "$dir/public"; } | base64 -w0)"
