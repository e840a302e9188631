package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dkimCall runs earshot dkim and returns what it prints.
func dkimCall(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"dkim"}, args...), environment(nil), strings.NewReader(""), &out, io.Discard)
	return out.String(), err
}

// TestDKIMMakesKeys takes the new keys as the text says, which the program accepts, and finds the same records told again.
func TestDKIMMakesKeys(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	made, err := dkimCall(t, "-mail-from", "ask@company.example", "-dkim-selector", "k2", "-new", folder)
	if err != nil {
		t.Fatal(err)
	}
	option := regexp.MustCompile(`-dkim-key (\S+)`).FindStringSubmatch(made)
	if option == nil {
		t.Fatalf("no option is told:\n%s", made)
	}
	cfg, err := loadConfig([]string{"-smtp", "smtp://mail.company.example", "-mail-from", "ask@company.example", "-dkim-key", option[1]}, environment(nil), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.relays[0].DKIM) != 2 {
		t.Fatalf("got %d keys, want an RSA and an Ed25519 one", len(cfg.relays[0].DKIM))
	}
	for _, key := range cfg.relays[0].DKIM {
		name, text := key.Record()
		if !strings.Contains(made, "Name  "+name+"\n  Text  "+text+"\n") || !strings.HasPrefix(key.Selector, "k2") {
			t.Errorf("the record %s is not told, or is not the selector's that was asked for:\n%s", name, made)
		}
	}
	zone := ""
	for _, s := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(strings.Split(made, "2. Start")[0], -1) {
		if len(s[1]) > 255 {
			t.Errorf("a string of %d bytes does not fit into a zone file", len(s[1]))
		}
		zone += s[1]
	}
	if _, text := cfg.relays[0].DKIM[0].Record(); !strings.HasPrefix(zone, text) {
		t.Errorf("the strings of the zone file are together %q, want %q", zone, text)
	}
	for _, file := range []string{"k2.pem", "k2-ed.pem"} {
		if info, err := os.Stat(filepath.Join(folder, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v; want a file that only its owner reads", file, info, err)
		}
	}
	if _, err := dkimCall(t, "-mail-from", "ask@company.example", "-dkim-selector", "k2", "-new", folder); err == nil {
		t.Error("the keys were overwritten")
	}
}

func TestDKIMRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-new":             nil,
		"EARSHOT_DKIM_KEY": {"-dkim-key", "none.pem"},
		"mail-from":        {"-new", t.TempDir()},
		"dkim-domain":      {"-new", t.TempDir(), "-dkim-domain", "a b"},
		"written":          {"-new", filepath.Join(t.TempDir(), "none"), "-mail-from", "ask@company.example"},
		"no option":        {"records"},
	} {
		if out, err := dkimCall(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %q and error %v, want one about %s", args, out, err, want)
		}
	}
}

func TestCutKeys(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"a.pem": "a.pem", "k2=a.pem, k1=b.pem": "k2=a.pem| k1=b.pem", "a,b.pem": "a,b.pem", "a,b.pem,k1=c,d.pem": "a,b.pem|k1=c,d.pem",
	} {
		if got := strings.Join(cutKeys(list), "|"); got != want {
			t.Errorf("%s: got %s, want %s", list, got, want)
		}
	}
}

func TestCutKey(t *testing.T) {
	t.Parallel()
	for item, want := range map[string][2]string{
		"dkim.pem": {"", "dkim.pem"}, "k2=dkim.pem": {"k2", "dkim.pem"}, "/etc/a=b/dkim.pem": {"", "/etc/a=b/dkim.pem"}, "k2=/etc/a=b.pem": {"k2", "/etc/a=b.pem"},
	} {
		if selector, file := cutKey(item); selector != want[0] || file != want[1] {
			t.Errorf("%s: got %q and %q, want %q", item, selector, file, want)
		}
	}
}
