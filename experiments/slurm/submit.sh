#!/usr/bin/env bash
# A sweep as an array job of Slurm: makes the list of its runs, submits it, and after it a job that
# collects the results.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(basename "$0")

usage() {
    cat <<END
usage: $program [SBATCH OPTION...] -- SWEEP OPTION...
For example: $program --cpus-per-task=4 --time=2:00:00 -- \\
    --dataset mnist --normal 0..9 --seed 1..10 --hard-margin 0,1
What comes after -- is for 'deepsvdd sweep', which says where the runs go; complete ones are left out, so the same
line again submits what is missing. The list of commands, the output of the tasks and, in the end, the table are put
into log/slurm/DATE-TIME-PID. The options of sbatch (account, partition, memory ...) are those of every task, and but for
--cpus-per-task of the job that makes the table. The current directory and the program must be the same on all nodes.
Environment variables:
  DEEPSVDD    the program (default: build/deepsvdd)
  SLURM_DIR   where list, output and table go (default: log/slurm/DATE-TIME-PID)
  MAX_TASKS   tasks of the array at most (default: 1000); a task takes several runs when there are more
  DRY_RUN     1: print the calls of sbatch, and write nothing
END
}

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

# refused - sbatch takes no array: the list that was made for it goes, and its directory where nothing else is in it.
refused() {
    if [ "${DRY_RUN:-0}" != 1 ]; then
        rm -f "$directory/commands"
        rmdir "$directory" 2>/dev/null || true
    fi
    exit 1
}

# submit ARGUMENT... - sbatch, which prints the number of the job.
submit() {
    if [ "${DRY_RUN:-0}" = 1 ]; then
        printf '%q ' sbatch "$@" >&2
        echo >&2
        echo JOB
    else
        sbatch --parsable "$@" | cut -d ';' -f 1
    fi
}

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    -a* | --array | --array=*)
        say "$1: MAX_TASKS says how many tasks there are"
        exit 2
        ;;
    esac
    options+=("$1")
    shift
done
if [ $# -lt 2 ]; then
    usage >&2
    exit 2
fi
shift

deepsvdd=${DEEPSVDD:-$root/build/deepsvdd}
most=${MAX_TASKS:-1000}
directory=${SLURM_DIR:-log/slurm/$(date +%Y%m%d-%H%M%S)-$$}
[ -x "$deepsvdd" ] || { say "$deepsvdd is not there: run make in $root first" && exit 1; }
for argument; do
    case $argument in
    -h | --help | --version) exec "$deepsvdd" sweep "$argument" ;;
    esac
done
[[ $most =~ ^[1-9][0-9]*$ ]] || { say "MAX_TASKS=$most: must be an integer >= 1" && exit 2; }
[ "${DRY_RUN:-0}" = 1 ] || command -v sbatch >/dev/null ||
    { say "sbatch is not there: this is for the head node of a Slurm cluster" && exit 1; }

commands=$("$deepsvdd" sweep --print-commands "$@")
if [ -z "$commands" ]; then
    say "all runs are complete"
    exit 0
fi
if [ "${DRY_RUN:-0}" != 1 ]; then
    mkdir -p "$directory"
    printf '%s\n' "$commands" >"$directory/commands"
fi
n_runs=$(wc -l <<<"$commands")
n_tasks=$((n_runs < most ? n_runs : most))

# The root of the sweep, for the table: the value of --xp-dir, of which the last counts.
results=log
while [ $# -gt 0 ]; do
    case $1 in
    --xp-dir=* | --xp_dir=*) results=${1#*=} ;;
    --xp-dir | --xp_dir) results=${2:-log} ;;
    esac
    shift
done

job=$(submit --array="1-$n_tasks" --output="$directory/%a.out" "${options[@]}" \
    "$here/sweep.sbatch" "$directory/commands" "$n_tasks") || refused
say "job $job: $n_runs runs in $n_tasks tasks; $directory/commands has them"
collector=$(submit "${options[@]}" --dependency="afterany:$job" --output="$directory/collect.out" \
    --job-name=deepsvdd-table --cpus-per-task=1 \
    "$here/collect.sbatch" "$deepsvdd" "$results" "$directory/table")
say "job $collector then writes $directory/table.md and $directory/table.json"
