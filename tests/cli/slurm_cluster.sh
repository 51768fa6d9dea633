#!/usr/bin/env bash
# A Slurm of one node, with everything it needs in DIRECTORY: a munge with a key of its own, the
# controller, the node's daemon. It believes in 4 cores, whatever the machine has. Runs until it is
# killed or one of the daemons ends; all their processes go with it, for they are in a namespace of
# which this one is the first. Once the node takes jobs, there is the file DIRECTORY/ready.
# usage: slurm_cluster.sh DIRECTORY        (as root; clients: SLURM_CONF=DIRECTORY/slurm.conf)
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: slurm_cluster.sh DIRECTORY" >&2
    exit 2
fi
if [ $$ -ne 1 ]; then
    # However the caller ends, this ends, and with it the namespace. Not by Ctrl-C, which is for the
    # caller.
    exec setsid setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
directory=$1
host=$(uname -n)
PATH=$PATH:/usr/sbin:/sbin # where the daemons are
export SLURM_CONF=$directory/slurm.conf

# A port of this machine where nobody answers.
free_port() {
    local port
    while
        port=$((10000 + RANDOM % 20000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null
    do :; done
    echo "$port"
}

# cred_expire is also how long a job that is queued again has to wait, two minutes without it.
# The name of the host is that of the machine, which the daemons insist on, but nothing looks up its
# address. Nothing here needs cgroups, systemd or a data base.
configuration() {
    cat <<END_OF_FILE
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$directory/munge.socket,cred_expire=5
StateSaveLocation=$directory/state
SlurmdSpoolDir=$directory/spool
SlurmctldPidFile=$directory/slurmctld.pid
SlurmdPidFile=$directory/slurmd.pid
SlurmctldLogFile=$directory/slurmctld.log
SlurmdLogFile=$directory/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=20
NodeName=node NodeHostname=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END_OF_FILE
}

mkdir -p "$directory"/{state,spool}
configuration >"$directory/slurm.conf"
(umask 077 && head -c 128 /dev/urandom >"$directory/munge.key")

# --force: the directory may be one that only root may enter, which is who uses the cluster.
munged --foreground --force --num-threads 2 --socket "$directory/munge.socket" \
    --key-file "$directory/munge.key" --pid-file "$directory/munge.pid" \
    --log-file "$directory/munge.log" --seed-file "$directory/munge.seed" &
for _ in {1..100}; do
    [ ! -S "$directory/munge.socket" ] || break
    sleep 0.1
done
slurmctld -D -c &
slurmd -D &
for _ in {1..300}; do
    [ "$(jobs -pr | wc -l)" -eq 3 ] || exit 1
    if sinfo -h -o %T 2>/dev/null | grep -qx idle; then
        : >"$directory/ready"
        break
    fi
    sleep 0.1
done
wait -n
