package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// environment looks names up in a map, as os.Getenv does in the process.
func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestConfigTakesFlagsBeforeVariablesBeforeDefaults(t *testing.T) {
	t.Parallel()
	c, err := loadConfig([]string{"-company", "Flag"}, environment(map[string]string{
		"EARSHOT_COMPANY": "Variable", "EARSHOT_LANGUAGE": "de",
	}), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if c.company != "Flag" {
		t.Errorf("company is %q, want the flag's %q", c.company, "Flag")
	}
	if c.language != "de" {
		t.Errorf("language is %q, want the variable's %q", c.language, "de")
	}
	if c.store != "earshot.db" {
		t.Errorf("store is %q, want the default %q", c.store, "earshot.db")
	}
}

func TestConfigReportsAllProblemsTogether(t *testing.T) {
	t.Parallel()
	_, err := loadConfig([]string{"-listen", "nowhere", "-time-zone", "Mars/Olympus", "-smtp", "smtp://mail.example"},
		environment(map[string]string{
			"EARSHOT_BASE_URL": "ftp://x", "EARSHOT_LOG_FORMAT": "xml", "EARSHOT_WORKERS": "many",
			"EARSHOT_WORKDAYS": "weekdays", "EARSHOT_HOLIDAYS": "bavaria", "EARSHOT_CLOSED": "Christmas",
			"EARSHOT_TRUSTED_PROXIES": "10.0.0.0/8, 0.0.0.0/0, proxy.example, 10.0.0.0/33",
		}), io.Discard)
	if err == nil {
		t.Fatal("no error for ten wrong options")
	}
	for _, name := range []string{
		`-workdays or EARSHOT_WORKDAYS: "weekdays" is no day of the week; write mon`, `EARSHOT_HOLIDAYS: "bavaria"`, "de-by", `EARSHOT_CLOSED: "christmas"`,
		"EARSHOT_WORKERS", "EARSHOT_TRUSTED_PROXIES", `"0.0.0.0/0", "proxy.example", "10.0.0.0/33"`, "EARSHOT_LISTEN", "EARSHOT_TIME_ZONE", "EARSHOT_MAIL_FROM", "EARSHOT_BASE_URL", "EARSHOT_LOG_FORMAT",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s:\n%v", name, err)
		}
	}
}

func TestConfigTakesACalendar(t *testing.T) {
	t.Parallel()
	c, err := loadConfig([]string{"-workdays", "mon-fri"}, environment(map[string]string{
		"EARSHOT_HOLIDAYS": "de-by,at", "EARSHOT_CLOSED": "12-24..01-06",
	}), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.calendar.String(), "mon-fri, without the public holidays of at, de-by, closed 12-24..01-06"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if c, err = loadConfig(nil, environment(nil), io.Discard); err != nil || c.calendar != nil {
		t.Errorf("without options: got %v, %v, want no calendar", c.calendar, err)
	}
}

func TestConfigTakesNetworksAndAddressesOfProxies(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"":                               "[]",
		"10.0.0.0/8":                     "[10.0.0.0/8]",
		"10.1.2.3/8, fd00::1/8,":         "[10.0.0.0/8 fd00::/8]",
		"127.0.0.1 ::1 ::ffff:192.0.2.7": "[127.0.0.1/32 ::1/128 192.0.2.7/32]",
	} {
		c, err := loadConfig([]string{"-trusted-proxies", list}, environment(nil), io.Discard)
		if err != nil {
			t.Fatalf("%q: %v", list, err)
		}
		if got := fmt.Sprint(c.trustedProxies); got != want {
			t.Errorf("%q: got %s, want %s", list, got, want)
		}
	}
}

func TestConfigNamesTheVariableWhoseValueIsNoNumber(t *testing.T) {
	t.Parallel()
	_, err := loadConfig(nil, environment(map[string]string{"EARSHOT_WORKERS": "many"}), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "EARSHOT_WORKERS") {
		t.Errorf("got %v, want an error that names EARSHOT_WORKERS", err)
	}
}

func TestCommandsThatDoNotExist(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"serv"}, {"quiet"}, {"quiet", "backtests"}, {"import", "people", "x.csv"}, {"copy", "-from", "a"}, {"-company", "x", "extra"}} {
		if err := run(t.Context(), args, environment(nil), strings.NewReader(""), io.Discard, io.Discard); err == nil {
			t.Errorf("earshot %s: no error", strings.Join(args, " "))
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(t.Context(), []string{"help"}, environment(nil), strings.NewReader(""), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		if !strings.Contains(out.String(), c.name) {
			t.Errorf("help does not name %q:\n%s", c.name, out.String())
		}
	}
}

func TestConfigTakesHoursAndBounds(t *testing.T) {
	t.Parallel()
	none := environment(nil)
	c, err := loadConfig([]string{"-mail-hours", "9-17", "-asks-per-day", "500"}, none, io.Discard)
	if err != nil || c.asking.hours.From != 9 || c.asking.hours.To != 17 || c.asking.perDay != 500 || c.asking.perHour != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, wrong := range [][]string{
		{"-mail-hours", "17-9"}, {"-mail-hours", "9"}, {"-mail-hours", "9-9"}, {"-mail-hours", "-1-9"}, {"-mail-hours", "9-25"}, {"-mail-hours", "nine-five"},
		{"-asks-per-day", "-1"}, {"-asks-per-hour", "-5"},
		{"-brake-bounces", "-1"}, {"-brake-complaints", "101"}, {"-brake-bounces", "NaN"},
	} {
		if _, err := loadConfig(wrong, none, io.Discard); err == nil || !strings.Contains(err.Error(), wrong[0]) {
			t.Errorf("%q: got %v, want it refused by its name", wrong, err)
		}
	}
}
