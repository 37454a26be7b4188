package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/arch/arm64/arm64asm"
)

var word = regexp.MustCompile(`^\tWORD \$0x([0-9a-f]{8}) // (\S.*)$`)

// checkLine returns what is wrong with a line, and whether it holds a number.
func checkLine(line string) (isWord bool, err error) {
	if !strings.Contains(line, "WORD") {
		return false, nil
	}
	parts := word.FindStringSubmatch(line)
	if parts == nil {
		return true, fmt.Errorf("want the form %q", "WORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s")
	}
	number, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return true, err
	}
	instruction, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(number)))
	if err != nil {
		return true, fmt.Errorf("0x%s: %w", parts[1], err)
	}
	if name := arm64asm.GNUSyntax(instruction); name != parts[2] {
		return true, fmt.Errorf("0x%s is %q, the comment says %q", parts[1], name, parts[2])
	}
	return true, nil
}

// check reports every wrong line of the files, and whether all is well.
func check(paths []string) bool {
	words, wrong := 0, 0
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return false
		}
		lines := bufio.NewScanner(file)
		for number := 1; lines.Scan(); number++ {
			isWord, err := checkLine(lines.Text())
			if isWord {
				words++
			}
			if err != nil {
				wrong++
				fmt.Fprintf(os.Stderr, "%s:%d: %v\n", path, number, err)
			}
		}
		if err := lines.Err(); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			wrong++
		}
		file.Close()
	}
	if words == 0 || wrong > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d instruction words are wrong\n", wrong, words)
		return false
	}
	fmt.Printf("%d instruction words are what their comments say\n", words)
	return true
}
