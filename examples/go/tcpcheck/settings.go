package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const usage = "usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT..."

// target is an endpoint, and how it was written.
type target struct {
	text, host string
	port       int
}

type settings struct {
	limit    float64
	deadline time.Duration
	targets  []target
}

// parse reads the command line, or ends the program.
func parse(arguments []string) settings {
	s := settings{limit: 64, deadline: 5 * time.Second}
	for len(arguments) > 0 {
		word := arguments[0]
		arguments = arguments[1:]
		if !strings.HasPrefix(word, "-") {
			s.targets = append(s.targets, parseTarget(word))
			continue
		}
		if word != "--limit" && word != "--deadline" || len(arguments) == 0 {
			refuse(usage)
		}
		number, err := strconv.ParseFloat(arguments[0], 64)
		arguments = arguments[1:]
		if err != nil || !(number > 0 && number < 1e9) || word == "--limit" && number < 1 {
			refuse("tcpcheck: %s wants a number above 0", word)
		}
		if word == "--limit" {
			s.limit = number
		} else {
			s.deadline = time.Duration(number * float64(time.Second))
		}
	}
	if len(s.targets) == 0 {
		refuse(usage)
	}
	return s
}

func parseTarget(text string) target {
	colon := strings.LastIndexByte(text, ':')
	host := text[:max(colon, 0)]
	port, err := strconv.ParseUint(text[colon+1:], 10, 16)
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	} else if strings.Contains(host, ":") { // an IPv6 address wants brackets
		host = ""
	}
	if host == "" || err != nil || port == 0 {
		refuse("tcpcheck: bad target \"%s\": want HOST:PORT", text)
	}
	return target{text, host, int(port)}
}

func refuse(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(2)
}
