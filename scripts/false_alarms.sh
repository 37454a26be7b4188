#!/bin/sh
# What the debugger says of healthy runs: every preset of lumen train with its default options, five seeds, MNIST's
# whole, CIFAR-10's for their first 1,000 steps. Prints a line a run: preset, seed, steps, warnings, errors, and the
# rules that said them. Nothing but a "-" in the last column is what it should print.
#
#   scripts/false_alarms.sh LUMEN CIFAR10 FOLDER [PRESET...]
#
# LUMEN is the built command, CIFAR10 the folder or archive of `lumen data get cifar10`, FOLDER where runs go. SEEDS
# (default "1 2 3 4 5") and EPOCHS (default the preset's, for MNIST only) may stand in the environment.
set -eu
lumen=$1 cifar=$2 folder=$3
shift 3
[ $# -gt 0 ] || set -- mnist convnetjs-mnist cifar10 convnetjs-cifar
mkdir -p "$folder"
for preset; do
	for seed in ${SEEDS:-1 2 3 4 5}; do
		out=$folder/$preset-$seed
		stream=$out.jsonl
		case $preset in
		*cifar*) set -- --data "$cifar" ;;
		*) set -- ${EPOCHS:+--epochs "$EPOCHS"} ;;
		esac
		rm -rf "$out" "$stream"
		"$lumen" train "$preset" --seed "$seed" --diagnose --json --out "$out" "$@" >"$stream" 2>"$out.log" &
		process=$!
		case $preset in
		*cifar*)
			while kill -0 $process 2>/dev/null && ! grep -q '"event":"batch","step":1000,' "$stream"; do sleep 1; done
			kill -INT $process 2>/dev/null || true
			;;
		esac
		wait $process || [ $? -eq 130 ]
		steps=$(grep -c '"event":"batch"' "$stream")
		warnings=$(grep '"event":"finding"' "$stream" | grep '"phase":"opened"' | grep -c '"severity":"warning"' || true)
		errors=$(grep '"event":"finding"' "$stream" | grep '"phase":"opened"' | grep -c '"severity":"error"' || true)
		rules=$(grep '"event":"finding"' "$stream" | grep '"phase":"opened"' | grep -v '"severity":"info"' |
			sed 's/.*"rule":"\([^"]*\)".*/\1/' | sort -u | tr '\n' ' ' || true)
		printf '%-16s %4s %6s %3s %3s  %s\n' "$preset" "$seed" "$steps" "$warnings" "$errors" "${rules:--}"
	done
done
