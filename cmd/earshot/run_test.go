package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
)

// runHere runs the program in this process and returns what it printed.
func runHere(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	err := run(ctx, args, environment(nil), strings.NewReader(""), &out, io.Discard)
	return out.String(), err
}

// expect fails the test unless the program ended well and printed all of that.
func expect(t *testing.T, printed string, err error, want ...string) {
	t.Helper()
	if err != nil {
		t.Fatalf("got the error %v after %s", err, printed)
	}
	for _, w := range want {
		if !strings.Contains(printed, w) {
			t.Errorf("it printed %q, want %q in it", printed, w)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	printed, err := runHere(t, "version")
	expect(t, printed, err, "earshot ", "go1.")
}

func TestWrongWordsAreExplained(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing", "earshot.db")
	for name, row := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":        {[]string{"sevre"}, `no command "sevre"`},
		"serve with a stray":     {[]string{"-company", "X", "stray"}, `"stray"`},
		"import without a file":  {[]string{"import", "customers"}, "usage"},
		"import of what":         {[]string{"import", "invoices", "x.csv"}, "usage"},
		"import of nothing":      {[]string{"import", "customers", missing}, "no such file"},
		"import into no folder":  {[]string{"import", "customers", "run_test.go", "-store", missing}, "no such file"},
		"a zone that is none":    {[]string{"import", "customers", "run_test.go", "-time-zone", "Mars"}, "Mars"},
		"quiet without a word":   {[]string{"quiet"}, "backtest"},
		"backtest of nothing":    {[]string{"quiet", "backtest", "-file", missing}, "no such file"},
		"backtest with no date":  {[]string{"quiet", "backtest", "-cut-offs", "soon"}, "soon"},
		"copy without a target":  {[]string{"copy", "-from", "a.db"}, "-to"},
		"copy onto itself":       {[]string{"copy", "-from", "a.db", "-to", "a.db"}, "different"},
		"backup without a place": {[]string{"backup"}, "-to"},
		"backup of a MongoDB":    {[]string{"backup", "-store", "mongodb://u:secret@h/x", "-to", "b.db"}, "mongodump"},
		"demo of nobody":         {[]string{"demo", "-customers", "0"}, "-customers"},
		"demo on no day":         {[]string{"demo", "-day", "yesterday"}, "yesterday"},
		"healthcheck of nobody":  {[]string{"healthcheck", "-listen", journey.FreeAddress(t)}, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed, err := runHere(t, row.args...)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got the error %v, want %q in it; it printed %q", err, row.want, printed)
			}
		})
	}
}

// TestNoPasswordIsOnTheCommandLine gives the addresses of a copy by the environment, which ps does not show, and looks for the
// password in what is told of a slip.
func TestNoPasswordIsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	from, to := filepath.Join(folder, "from.db"), filepath.Join(folder, "to.db")
	var out bytes.Buffer
	err := run(t.Context(), []string{"copy"}, environment(map[string]string{"EARSHOT_FROM": from, "EARSHOT_TO": to}), strings.NewReader(""), &out, io.Discard)
	expect(t, out.String(), err, "Counts and checksums of both stores agree.")
	err = run(t.Context(), []string{"backup", "-to", to}, environment(map[string]string{"EARSHOT_STORE": "mongodb://u:secret@h/x"}), strings.NewReader(""), &out, io.Discard)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got the error %v, want one without the password", err)
	}
}

// csvFile writes a file and returns where it is.
func csvFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportOfFiles(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "earshot.db")
	// The column that holds the number has a heading that nobody could guess, and two rows are wrong.
	customers := csvFile(t, "customers.csv", "Zahl,Firm name,Status\nA-1,\"Alpha, Inc.\",active\nA-2,Beta,asleep\nA-3,,active\nA-4,Delta,lost\n")
	printed, err := runHere(t, "import", "customers", customers, "-store", where, "-map", "external_id=Zahl,name=Firm name", "-dry-run")
	expect(t, printed, err, "4 rows, 1 of them wrong", "Nothing was written", "line 3", "line 4", `"Zahl"`, "→ external_id (chosen), e.g. A-1", `-value "status:asleep=…"`)
	refused := filepath.Join(t.TempDir(), "refused.csv")
	for _, want := range []string{"3 new, 0 changed, 0 as they were, 1 wrong", "0 new, 0 changed, 3 as they were, 1 wrong"} {
		printed, err = runHere(t, "import", "customers", "-store", where, customers, "-map", "external_id=Zahl,name=Firm name")
		expect(t, printed, err, "4 rows: "+want, "line 3", "asleep", "line 4", "1 row is taken without a cell")
	}
	printed, err = runHere(t, "import", "customers", "-store", where, customers, "-map", "external_id=Zahl,name=Firm name", "-value", "status:asleep=lost", "-refused", refused)
	expect(t, printed, err, "4 rows: 0 new, 1 changed, 2 as they were, 1 wrong", "The refused rows stand in "+refused)
	if rows, err := os.ReadFile(refused); err != nil || !strings.Contains(string(rows), "line 4: Firm name is required,A-3,,active") {
		t.Errorf("refused rows: got %q, %v", rows, err)
	}
	orders := csvFile(t, "orders.csv", "customer;date;amount\nA-1;24.12.2025;1.000,50\nA-1;25.12.2095;1\nA-9;24.12.2025;1\n")
	printed, err = runHere(t, "import", "touchpoints", orders, "-store", where, "-kind", "order", "-decimal", ",", "-date-order", "day_first")
	expect(t, printed, err, "3 rows: 1 new", "2 wrong", "line 3", "future", "line 4", "A-9", "All rhythms are up to date")
	optOuts := csvFile(t, "optouts.csv", "E-mail;Unsubscribed on;Complained\nana@x.example;;\nbo@x.example;31.12.2025;\ncy@x.example;;perhaps\n")
	printed, err = runHere(t, "import", "suppressions", optOuts, "-store", where)
	expect(t, printed, err, "3 rows: 2 new, 0 changed, 1 as they were, 0 wrong", "line 4", "yes or no")
	if printed, err = runHere(t, "import", "customers", csvFile(t, "empty.csv", ""), "-store", where); err == nil {
		t.Errorf("an empty file was taken in: %s", printed)
	}
}

// eventsFile makes a history of 200 customers, some of whom leave.
func eventsFile(t *testing.T) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("customer_id,date\n")
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for c := range 200 {
		rate, day := 10+r.Float64()*30, r.Float64()*60
		leaves := 100 + r.Float64()*500
		for day < 360 && day < leaves {
			fmt.Fprintf(&b, "%d,%s\n", c, start.AddDate(0, 0, int(day)).Format(time.DateOnly))
			day += rate * (.5 + r.Float64())
		}
	}
	return csvFile(t, "events.csv", b.String())
}

func TestBacktestOnAFile(t *testing.T) {
	t.Parallel()
	args := []string{"quiet", "backtest", "-file", eventsFile(t), "-rules", "30", "-cut-offs", "2024-08-31", "-horizon", "60"}
	printed, err := runHere(t, args...)
	expect(t, printed, err, "AUC", "Brier", "30", "2024-08-31", "1 a week would have reached", "<- in force")
	asJSON, err := runHere(t, append(args, "-json")...)
	expect(t, asJSON, err)
	if !json.Valid([]byte(asJSON)) {
		t.Errorf("-json printed %q", asJSON)
	}
}

func TestCopyAndBackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	from, mongo, back := filepath.Join(folder, "from.db"), journey.Engines()[1].New(t), filepath.Join(folder, "back.db")
	company := journey.NewCompany(time.Now())
	printed, err := runHere(t, "import", "customers", csvFile(t, "customers.csv", company.Customers), "-store", from)
	expect(t, printed, err, "12 new")
	printed, err = runHere(t, "import", "contacts", csvFile(t, "contacts.csv", company.Contacts), "-store", from)
	expect(t, printed, err, "12 new")
	for _, step := range [][2]string{{from, mongo}, {from, mongo}, {mongo, back}} {
		printed, err = runHere(t, "copy", "-from", step[0], "-to", step[1])
		expect(t, printed, err, "agree", "customers")
	}
	// The same figures come out at the other end: every line with a checksum is the same, but that of the audit log, to which
	// each copy adds that it was made.
	direct, err := runHere(t, "copy", "-from", back, "-to", filepath.Join(folder, "third.db"))
	expect(t, direct, err)
	if withoutAudit(direct) != withoutAudit(printed) {
		t.Errorf("the copy of the copy says %q, the copy %q", direct, printed)
	}

	p := journey.Start(t, "-store", back)
	saved := filepath.Join(folder, "saved.db")
	printed, err = runHere(t, "backup", "-store", back, "-to", saved)
	expect(t, printed, err, saved)
	if _, err = runHere(t, "backup", "-store", back, "-to", saved); err == nil {
		t.Error("a backup wrote over an earlier one")
	}
	p.Stop()
	db := journey.Open(t, saved)
	defer journey.Close(t, db)
	s, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://x.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Customers(t.Context(), survey.CustomerFilter{Limit: 100})
	if err != nil || len(found.Items) != 12 {
		t.Errorf("the backup holds %d customers, want 12: %v", len(found.Items), err)
	}
}

// TestDemo starts the demo twice with the same seed: it is there within ten seconds, its pages are alive, and both show
// the same company.
func TestDemo(t *testing.T) {
	t.Parallel()
	args := []string{"demo", "-seed", "7", "-customers", "80", "-day", time.Now().AddDate(0, 0, -1).Format(time.DateOnly)}
	began := time.Now()
	first := demoBrowser(t, args)
	if took := time.Since(began); took > 10*time.Second {
		t.Logf("the demo was ready after %v; ten seconds are promised on an idle machine", took)
	}
	second := demoBrowser(t, args)
	for _, path := range []string{"/feedback", "/imports", "/settings", "/suppressions", "/account", "/docs"} {
		first.Do(http.MethodGet, path, nil, http.StatusOK)
	}
	if arrive := first.Do(http.MethodGet, "/settings/mail", nil, http.StatusOK); !strings.Contains(string(arrive.Body), "all mails wait until an admin lets them go") {
		t.Error("the brake is off in the demo")
	}
	for _, path := range []string{"/", "/customers", "/responses", "/surveys", "/pulses", "/invitations", "/kept-mails"} {
		// The workers of both keep the last mails while they are looked at.
		journey.Eventually(t, "both demos show the same on "+path, 10*time.Second, func() error {
			one, other := links(first, path), links(second, path)
			if diff := cmp.Diff(one, other); diff != "" || len(one) == 0 {
				return fmt.Errorf("it leads to %d things, and of the same seed to others:\n%s", len(one), diff)
			}
			return nil
		})
	}
	if quiet := links(first, "/"); !strings.Contains(strings.Join(quiet, " "), "/customers/cus_") {
		t.Errorf("nobody stands on Today: %v", quiet)
	}
}

// demoBrowser starts a demo and logs in there.
func demoBrowser(t *testing.T, args []string) *journey.Client {
	t.Helper()
	p := journey.Start(t, args...)
	for _, want := range []string{demoEmail, demoPassword} {
		if !strings.Contains(p.Output(), want) {
			t.Errorf("the demo does not say %q", want)
		}
	}
	c := journey.NewClient(t, p.URL, "")
	c.Do(http.MethodPost, "/login", url.Values{"email": {demoEmail}, "password": {demoPassword}}, http.StatusOK)
	return c
}

// identified are links to one thing.
var identified = regexp.MustCompile(`href="(/[a-z]+/[a-z]{3}_[0-9a-z]+)`)

// links returns the links of a page to things that have an id.
func links(c *journey.Client, path string) []string {
	var found []string
	for _, match := range identified.FindAllStringSubmatch(string(c.Do(http.MethodGet, path, nil, http.StatusOK).Body), -1) {
		found = append(found, match[1])
	}
	return found
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	p := journey.Start(t, "-store", filepath.Join(t.TempDir(), "earshot.db"))
	printed, err := runHere(t, "healthcheck", "-listen", strings.TrimPrefix(p.URL, "http://"))
	expect(t, printed, err)
}

// withoutAudit is what a copy printed, but for the line of the audit log.
func withoutAudit(printed string) string {
	var kept strings.Builder
	for line := range strings.Lines(printed) {
		if !strings.HasPrefix(line, "audit ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
