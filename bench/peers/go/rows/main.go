// Command rows SIDE ROW COUNT, with SIDE libasync or go, prints nanoseconds and bytes of memory per item.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	wave    = 1000
	tasks   = 100
	clients = 100
)

// row does a thing `count` times.
type row func(count int) error

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// clock is the processor's, but the wall's where threads take turns.
func clock(name string) time.Duration {
	if parallel(name) {
		return time.Duration(time.Now().UnixNano())
	}
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func parallel(name string) bool { return name == "post" || name == "await" || name == "await_1" }

func timed(name string, run row, count int) float64 {
	start := clock(name)
	check(run(count))
	return float64(clock(name)-start) / float64(count)
}

func memory(which string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	_, rest, _ := strings.Cut(string(status), which+":")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	check(err)
	return float64(kib) * 1024
}

// delay is that of the i-th sleeper: all are asleep before the first wakes.
func delay(i int) time.Duration {
	return 2*time.Second + time.Duration(uint64(i)*2654435761%uint64(time.Second))
}

func main() {
	if len(os.Args) != 4 {
		os.Exit(2)
	}
	name := os.Args[2]
	run, known := map[string]map[string]row{"libasync": libasync, "go": plain}[os.Args[1]][name]
	count, err := strconv.Atoi(os.Args[3])
	if !known || err != nil {
		os.Exit(2)
	}
	if !parallel(name) {
		runtime.GOMAXPROCS(1) // one processor's time is what is compared
	}
	if name == "sleeping" {
		before := memory("VmRSS")
		ns := timed(name, run, count)
		fmt.Printf("%.1f %.0f\n", ns, (memory("VmHWM")-before)/float64(count))
		return
	}
	timed(name, run, count/10+wave)
	fmt.Printf("%.1f 0\n", min(timed(name, run, count), timed(name, run, count), timed(name, run, count)))
}
