"""Timing harness shared by torch_bench.py and sklearn_bench.py.

Nothing numerical may be imported before prepare_env() has run: the thread
counts of OpenMP and OpenBLAS are fixed when those libraries are loaded.
"""
import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time


def prepare_env(threads):
    # These two pin OpenBLAS to a foreign core type / cache size; drop both so
    # that it picks its kernels for the CPU that it runs on.
    for k in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(k, None)
    for k in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[k] = str(threads)


def _busy_jiffies():
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:]]
    return sum(v[:3]) + sum(v[5:8])  # user nice system irq softirq steal


def _own_cpu():
    a, b = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return a.ru_utime + a.ru_stime + b.ru_utime + b.ru_stime


class LoadMeter:
    """CPU used by everybody else, in cores, while the meter is open."""

    HZ = os.sysconf("SC_CLK_TCK")

    def __init__(self):
        self.w, self.o, self.b = time.perf_counter(), _own_cpu(), _busy_jiffies()

    def read(self):
        w = time.perf_counter() - self.w
        o = _own_cpu() - self.o
        b = (_busy_jiffies() - self.b) / self.HZ
        return max(0.0, (b - o) / w) if w > 0.02 else 0.0


class Workload:
    def __init__(self, name, make, items=1, unit="step", peer=None, longer=1, note="", memory_steps=0):
        self.name, self.make, self.items, self.unit = name, make, items, unit
        self.peer, self.longer, self.note = peer, longer, note
        self.memory_steps = memory_steps  # > 0: peak memory of so many calls is measured, no time


def _run_queue_wait():
    """Seconds that this process's threads have spent runnable but not running.

    It grows when somebody else has the core, which is the disturbance that
    ruins a timing, and not when a thread sleeps. None where Linux doesn't say.
    """
    ns = 0
    try:
        for t in os.listdir("/proc/self/task"):
            with open("/proc/self/task/%s/schedstat" % t) as f:
                ns += int(f.read().split()[1])
    except (OSError, IndexError):
        return None
    return ns * 1e-9


def measure(fn, budget_s, quiet_s=0.0, min_sample_s=0.004, warm_s=0.3, min_samples=5, max_wait=0.05):
    """Per-call seconds: fn is called in groups long enough to be timed.

    With quiet_s > 0 a sample in which our threads waited for a core during more
    than max_wait of its time is set aside, and sampling goes on for up to quiet_s
    more seconds, until there are budget_s seconds of undisturbed samples. If
    fewer than min_samples are undisturbed, the least disturbed quarter counts.
    Returns (samples, calls in a sample, their mean wait as a share of the time).
    """
    t0 = time.perf_counter()
    n = 0
    one = 1e9
    while True:  # warm-up, and estimate of one call
        s = time.perf_counter()
        fn()
        e = time.perf_counter()
        one = min(one, e - s)
        n += 1
        if e - t0 > warm_s or (n >= 2 and e - t0 > budget_s / 3):
            break
    inner = max(1, int(min_sample_s / max(one, 1e-9)))
    every = []  # (wait share, seconds a call, seconds)
    good_n, good_t = 0, 0.0
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    pause_at, pause_good = start + 0.5, 0
    try:
        while True:
            w0 = _run_queue_wait()
            s = time.perf_counter()
            for _ in range(inner):
                fn()
            e = time.perf_counter()
            w1 = _run_queue_wait()
            wait = 0.0 if w0 is None or w1 is None else max(0.0, w1 - w0) / (e - s)
            every.append((wait, (e - s) / inner, e - s))
            if wait <= max_wait or not quiet_s:
                good_n += 1
                good_t += e - s
            if good_n >= min_samples and good_t >= budget_s:
                break
            if e - start > budget_s + quiet_s and len(every) >= min_samples:
                break
            if quiet_s and e > pause_at:
                if good_n == pause_good:  # the machine is full: stand back a little
                    time.sleep(0.1)
                pause_at, pause_good = time.perf_counter() + 0.5, good_n
    finally:
        gc.enable()
    kept = [x for x in every if x[0] <= max_wait or not quiet_s]
    if len(kept) < min_samples:
        kept = sorted(every)[:max(min_samples, len(every) // 4)]
    return [x[1] for x in kept], inner, sum(x[0] * x[2] for x in kept) / sum(x[2] for x in kept)


def _resident(key):
    with open("/proc/self/status") as f:
        return next(int(x.split()[1]) << 10 for x in f if x.startswith(key))


def peak_memory(fn, calls):
    """Bytes of RAM above those before the first call, at their greatest. Wants a
    process that has done nothing else."""
    gc.collect()
    before = _resident("VmRSS:")
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")  # the greatest begins anew
    for _ in range(calls):
        fn()
    return max(1, _resident("VmHWM:") - before)


def sig(x):
    return float("%.5g" % x)


def run(workloads, default_peer, versions, args, threads):
    want = args.only.split(",") if args.only else None
    if want:
        unknown = [w for w in want if not any(x.name == w or x.name.startswith(w) for x in workloads)]
        if unknown:
            sys.exit("unknown workload: " + ", ".join(unknown) + " (see --list)")
        exact = {x.name for x in workloads}
        workloads = [x for x in workloads
                     if any(x.name == w or (w not in exact and x.name.startswith(w)) for w in want)]
    if args.info:
        print(json.dumps({"peer": default_peer, "info": versions()}), flush=True)
    if args.serve:
        serve({w.name: w for w in workloads}, default_peer, threads)
        return
    for wl in workloads:
        try:
            rec = one(wl, default_peer, threads, args.seconds, args.quiet_wait)
        except ImportError as e:
            print("skipped %s: %s" % (wl.name, e), file=sys.stderr)
            continue
        print(json.dumps(rec), flush=True)
        gc.collect()


def one(wl, default_peer, threads, seconds, quiet_wait):
    """The line of one workload."""
    fn = wl.make()
    rec = {"peer": wl.peer or default_peer, "workload": wl.name, "threads": threads}
    if wl.memory_steps:
        rec.update(unit=wl.unit, samples=1, inner=wl.memory_steps, peak_bytes=peak_memory(fn, wl.memory_steps))
        return rec
    m = LoadMeter()
    samples, inner, wait = measure(fn, seconds * wl.longer, quiet_wait)
    other = m.read()
    med, best = statistics.median(samples), min(samples)
    rec.update(median_ms=sig(med * 1e3), best_ms=sig(best * 1e3),
               items_per_s=sig(wl.items / med), unit=wl.unit, samples=len(samples), inner=inner,
               wait=round(wait, 3), other_cpu=round(other, 2))
    if wl.unit == "flop":
        rec["best_gflops"] = sig(wl.items / best / 1e9)
    return rec


def serve(workloads, default_peer, threads):
    """Measure what standard input asks for, "NAME SECONDS QUIET_WAIT" a line: so a
    comparison can alternate without starting Python anew each time."""
    for line in sys.stdin:
        name, seconds, quiet_wait = line.split()
        try:
            rec = one(workloads[name], default_peer, threads, float(seconds), float(quiet_wait))
        except (KeyError, ImportError, RuntimeError) as e:
            rec = {"peer": default_peer, "workload": name, "error": "%s: %s" % (type(e).__name__, e)}
        print(json.dumps(rec), flush=True)
        gc.collect()


def main_args(doc):
    p = argparse.ArgumentParser(description=doc)
    p.add_argument("--only", help="workload names or prefixes, comma separated")
    p.add_argument("--list", action="store_true", help="list the workloads and leave")
    p.add_argument("--threads", default="2", help="thread count; '1,2' runs one process for each")
    p.add_argument("--seconds", type=float, default=3.0, help="measuring time for each workload")
    p.add_argument("--quiet-wait", type=float, default=0.0,
                   help="on a shared machine: keep only samples in which our threads waited for a core "
                        "less than 5%% of the time, spending up to this many more seconds on each workload")
    p.add_argument("--blas", choices=["default", "openmp", "pthread"], default="default",
                   help="which of Debian's two OpenBLAS builds to load (default: the one that apt's "
                        "alternatives point to)")
    p.add_argument("--malloc", choices=["default", "tuned"], default="default",
                   help="tuned: glibc keeps freed memory instead of giving it back to the kernel")
    p.add_argument("--serve", action="store_true",
                   help="measure what standard input asks for: lines of NAME SECONDS QUIET_WAIT")
    p.add_argument("--info", action="store_true", help="first print a line with versions")
    return p


def restart_with(blas, malloc):
    """Start this script again in the environment that --blas and --malloc ask for.

    The C library reads these variables when a process starts, too early for
    os.environ.
    """
    env = dict(os.environ)
    if blas != "default":
        files = subprocess.run(["dpkg", "-L", "libopenblas0-" + blas], stdout=subprocess.PIPE, text=True).stdout.split()
        dirs = [os.path.dirname(f) for f in files if f.endswith("libblas.so.3")]
        if not dirs:
            sys.exit("apt-get install libopenblas0-%s first" % blas)
        if env.get("LD_LIBRARY_PATH", "").split(":")[0] != dirs[0]:
            env["LD_LIBRARY_PATH"] = ":".join(dirs + [p for p in [env.get("LD_LIBRARY_PATH")] if p])
    if malloc == "tuned":  # never give memory back, so never fault it in again
        env.update(MALLOC_TOP_PAD_="67108864", MALLOC_TRIM_THRESHOLD_="4294967296",
                   MALLOC_MMAP_THRESHOLD_="1073741824")
    if env != dict(os.environ):
        os.execve(sys.executable, [sys.executable] + sys.argv, env)


def split_threads(args):
    """With several thread counts: one child process for each, then leave."""
    restart_with(args.blas, args.malloc)
    counts = [int(x) for x in args.threads.split(",")]
    if len(counts) == 1:
        return counts[0]
    argv, skip = [], False
    for a in sys.argv[1:]:
        if skip:
            skip = False
        elif a == "--threads":
            skip = True
        elif not a.startswith("--threads="):
            argv.append(a)
    rc = 0
    for c in counts:
        rc |= subprocess.call([sys.executable, sys.argv[0], "--threads", str(c)] + argv)
    sys.exit(rc)
