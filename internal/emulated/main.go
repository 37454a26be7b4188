//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "emulated: only as the first process of an emulated machine; see .ci/avx512")
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Println("emulated: FAIL:", err)
	} else {
		fmt.Println("emulated: PASS")
	}
	time.Sleep(100 * time.Millisecond) // the console's last bytes
	syscall.Sync()
	fmt.Println("emulated: not turned off:", syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF))
	select {}
}

// run prepares the machine, shows its features and runs every test program,
// also after one that failed.
func run() error {
	for _, m := range [][2]string{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/tmp"}} {
		os.MkdirAll(m[1], 0o755)
		// The kernel may have mounted /dev already.
		if err := syscall.Mount(m[0], m[1], m[0], 0, ""); err != nil && err != syscall.EBUSY {
			return fmt.Errorf("mount %s: %w", m[1], err)
		}
	}
	fmt.Println("emulated: features:", strings.Join(cpu.Features(), " "))
	fmt.Println("emulated: kernel path:", cpu.Path())
	if cpu.Path() != cpu.AVX512 {
		return fmt.Errorf("the kernels' path is %s, not %s", cpu.Path(), cpu.AVX512)
	}
	list, err := os.Open("/tests")
	if err != nil {
		return err
	}
	defer list.Close()
	ran, failed := 0, 0
	for lines := bufio.NewScanner(list); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		ran++
		began := time.Now()
		program := exec.Command(words[0], words[1:]...)
		program.Stdout, program.Stderr = os.Stdout, os.Stdout
		program.Env = []string{"TMPDIR=/tmp", "HOME=/tmp"}
		outcome := "PASS"
		if err := program.Run(); err != nil {
			failed++
			outcome = "FAIL: " + err.Error()
		}
		fmt.Printf("emulated: %s: %s, %.0f s of its clock\n", words[0], outcome, time.Since(began).Seconds())
	}
	if ran == 0 || failed > 0 {
		return fmt.Errorf("%d of %d test programs failed", failed, ran)
	}
	return nil
}
