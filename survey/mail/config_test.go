package mail_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
)

func noToken() (string, error) { return "", nil }

// fields are the names of an Invalid error's fields, sorted; nil if err is nil.
func fields(tb testing.TB, err error) []string {
	tb.Helper()
	if err == nil {
		return nil
	}
	var invalid *survey.Error
	if !errors.As(err, &invalid) || invalid.Kind != survey.Invalid {
		tb.Fatalf("got error %v, want an Invalid one", err)
	}
	var names []string
	for _, f := range invalid.Fields {
		names = append(names, f.Field)
	}
	slices.Sort(names)
	return names
}

func TestNewSMTPNamesAllProblems(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatalf("making a key: %v", err)
	}
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(weak)}))
	good := mail.Config{Host: "mail.example.com", FromAddress: "pulse@earshot.example"}
	rows := []struct {
		name   string
		change func(*mail.Config)
		want   []string
	}{
		{"nothing wrong", func(*mail.Config) {}, nil},
		{"everything set", func(c *mail.Config) {
			c.Username, c.Password, c.HELO, c.TLS, c.Port = "u", "p", "ask.example", mail.ImplicitTLS, 465
			c.DKIM = []mail.DKIM{{Domain: "earshot.example", Selector: "s1", PrivateKey: pkcs1}}
		}, nil},
		{"empty", func(c *mail.Config) { *c = mail.Config{} }, []string{"FromAddress", "Host"}},
		{"a line break in every name", func(c *mail.Config) {
			c.Host, c.HELO, c.FromAddress = "a\r\nRSET", "b\nQUIT", "x\r\n@earshot.example"
		}, []string{"FromAddress", "HELO", "Host"}},
		{"ports and limits", func(c *mail.Config) {
			c.Port, c.Timeout, c.AcceptTimeout, c.Grace, c.KeepIdle, c.MaxConnections, c.MaxPerConnection = 70000, -1, -1, -1, -1, -1, -1
		}, []string{"AcceptTimeout", "Grace", "KeepIdle", "MaxConnections", "MaxPerConnection", "Port", "Timeout"}},
		{"plain text to another machine", func(c *mail.Config) { c.TLS = mail.NoTLS }, []string{"TLS"}},
		{"plain text to this machine", func(c *mail.Config) { c.TLS, c.Host = mail.NoTLS, "::1" }, nil},
		{"unknown TLS", func(c *mail.Config) { c.TLS = "ssl3" }, []string{"TLS"}},
		{"password without certainty", func(c *mail.Config) { c.TLS, c.Username, c.Password = mail.Opportunistic, "u", "p" }, []string{"TLS"}},
		{"user without password", func(c *mail.Config) { c.Username = "u" }, []string{"Username"}},
		{"a way to log in that nobody knows", func(c *mail.Config) { c.Username, c.Password, c.Auth = "u", "p", "DIGEST-MD5" }, []string{"Auth"}},
		{"a way to log in without a user", func(c *mail.Config) { c.Auth = "PLAIN" }, []string{"Auth"}},
		{"a token way without a token", func(c *mail.Config) { c.Username, c.Password, c.Auth = "u", "p", "XOAUTH2" }, []string{"Auth"}},
		{"a token", func(c *mail.Config) { c.Username, c.Token = "u", noToken }, nil},
		{"a token beside a password", func(c *mail.Config) { c.Username, c.Password, c.Token = "u", "p", noToken }, []string{"Token"}},
		{"a token for another way", func(c *mail.Config) { c.Username, c.Token, c.Auth = "u", noToken, "PLAIN" }, []string{"Auth"}},
		{"a token of nobody", func(c *mail.Config) { c.Token = noToken }, []string{"Token"}},
		{"a token without certainty", func(c *mail.Config) { c.TLS, c.Username, c.Token = mail.Opportunistic, "u", noToken }, []string{"TLS"}},
		{"sender's name not ASCII", func(c *mail.Config) { c.FromAddress = "jürg@earshot.example" }, []string{"FromAddress"}},
		{"sender's domain not ASCII", func(c *mail.Config) { c.FromAddress = "pulse@bücher.example" }, nil},
		{"sender with a name", func(c *mail.Config) { c.FromAddress = "Pulse <pulse@earshot.example>" }, []string{"FromAddress"}},
		{"DKIM without key", func(c *mail.Config) { c.DKIM = []mail.DKIM{{Domain: "earshot.example"}} }, []string{"DKIM.PrivateKey", "DKIM.Selector"}},
		{"DKIM without domain", func(c *mail.Config) { c.DKIM = []mail.DKIM{{Selector: "s1", PrivateKey: pkcs1}} }, []string{"DKIM.Domain"}},
		{"DKIM without selector", func(c *mail.Config) { c.DKIM = []mail.DKIM{{Domain: "earshot.example", PrivateKey: pkcs1}} }, []string{"DKIM.Selector"}},
		{"DKIM with a certificate for a key", func(c *mail.Config) {
			c.DKIM = []mail.DKIM{{Domain: "earshot.example", Selector: "s1", PrivateKey: strings.ReplaceAll(pkcs1, "RSA PRIVATE KEY", "X")[:200]}}
		}, []string{"DKIM.PrivateKey"}},
		{"DKIM with a short key", func(c *mail.Config) {
			c.DKIM = []mail.DKIM{{Domain: "earshot.example", Selector: "s1", PrivateKey: shortKey}}
		}, []string{"DKIM.PrivateKey"}},
		{"two keys of one name", func(c *mail.Config) {
			key := mail.DKIM{Domain: "earshot.example", Selector: "s1", PrivateKey: pkcs1}
			c.DKIM = []mail.DKIM{key, key}
		}, []string{"DKIM.Selector"}},
		{"DKIM of somebody else", func(c *mail.Config) {
			c.DKIM = []mail.DKIM{{Domain: "earshot.example", Selector: "s1", PrivateKey: pkcs1}}
			c.FromAddress = "ask@notearshot.example"
		}, []string{"DKIM.Domain"}},
		{"DKIM of the domain above", func(c *mail.Config) {
			c.DKIM = []mail.DKIM{{Domain: "Earshot.example.", Selector: "s1.keys", PrivateKey: pkcs1}}
			c.FromAddress = "ask@news.earshot.example"
		}, nil},
		{"DKIM with everything wrong", func(c *mail.Config) {
			c.DKIM = []mail.DKIM{{Domain: "a b", Selector: "x y", PrivateKey: "none"}}
		}, []string{"DKIM.Domain", "DKIM.PrivateKey", "DKIM.Selector"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := good
			row.change(&config)
			mailer, err := mail.NewSMTP(config)
			if got := fields(t, err); !slices.Equal(got, row.want) {
				t.Errorf("got problems with %v (%v), want %v", got, err, row.want)
			}
			if got := fields(t, config.Validate()); !slices.Equal(got, row.want) {
				t.Errorf("Validate: got problems with %v, want %v", got, row.want)
			}
			if (mailer == nil) != (row.want != nil) {
				t.Errorf("got mailer %v with problems %v", mailer, row.want)
			}
		})
	}
}

// shortKey has 512 bits, which protects nothing.
const shortKey = `-----BEGIN RSA PRIVATE KEY-----
MIIBOQIBAAJBAKz63or+dIUcFjHoyTFHAi/M0J7hhER3rintFltjrrzTTZyvFH9N
J5komnfwF+UY7QZyBIj13eyFz5Z9clrB1EsCAwEAAQJAUXSNCSzLl8bjGLuCymai
u/mZn8eYbllhNTME3SIyrY2ZAr8dNa5+VRk+6ueUacsb0RN46zS1asXUEkMWEaeL
MQIhANSZDcVu11+cSn4iTm3QLI3/LnLSKTnFARVuhOZAjrV5AiEA0EtGdaOSF8Ik
A8M/zXU6Gdxogg4mzBeQjJkK0akFuuMCIFrod7MNCpufwVreYJskgWjWzY3bwDUr
wKLhd4Ld6ChBAiAOPreo3/Dj0xEneLjqUjQRBLPZASLCHnJySx0kTYzoxQIgeQr8
7f2D+9oZzaAHWyBRQaJzq+q/+tgidR6xib4R9NU=
-----END RSA PRIVATE KEY-----
`

func TestParseURL(t *testing.T) {
	t.Parallel()
	rows := []struct {
		line string
		want mail.Config
	}{
		{"smtp://mail.example.com", mail.Config{Host: "mail.example.com", Port: 587, TLS: mail.StartTLS}},
		{"smtps://mail.example.com", mail.Config{Host: "mail.example.com", Port: 465, TLS: mail.ImplicitTLS}},
		{"smtp://mail.example.com?tls=tls", mail.Config{Host: "mail.example.com", Port: 465, TLS: mail.ImplicitTLS}},
		{"smtp://u%40x:p%3A%2F%40@mail.example.com:25/?tls=opportunistic&helo=a.example&timeout=5s", mail.Config{
			Host: "mail.example.com", Port: 25, TLS: mail.Opportunistic, Username: "u@x", Password: "p:/@", HELO: "a.example",
			Timeout: 5 * time.Second,
		}},
		{"smtp://u:p@mail.example.com?auth=scram-sha-256", mail.Config{Host: "mail.example.com", Port: 587, TLS: mail.StartTLS, Username: "u", Password: "p", Auth: "SCRAM-SHA-256"}},
		{"smtp://[::1]:2525?tls=none", mail.Config{Host: "::1", Port: 2525, TLS: mail.NoTLS}},
	}
	for _, row := range rows {
		got, err := mail.ParseURL(row.line)
		if err != nil || !sameServer(got, row.want) {
			t.Errorf("ParseURL(%q): got %+v and error %v, want %+v", row.line, got, err, row.want)
		}
	}
}

// sameServer compares what a URL can say.
func sameServer(a, b mail.Config) bool {
	return a.Host == b.Host && a.Port == b.Port && a.TLS == b.TLS && a.Username == b.Username && a.Password == b.Password &&
		a.HELO == b.HELO && a.Auth == b.Auth && a.Timeout == b.Timeout
}

func TestParseURLNamesAllProblemsWithoutThePassword(t *testing.T) {
	t.Parallel()
	rows := []struct {
		line string
		want []string
	}{
		{"smtp://u:hunter2%zz@mail.example.com", []string{"URL"}},
		{"http://u:hunter2@:0/path?tsl=none&timeout=soon", []string{"Host", "Port", "URL", "URL", "timeout", "tsl"}},
		{"smtps://u:hunter2@mail.example.com?tls=none", []string{"tls"}},
		{"mail.example.com", []string{"Host", "URL", "URL"}},
		{"", []string{"Host", "URL"}},
	}
	for _, row := range rows {
		_, err := mail.ParseURL(row.line)
		if got := fields(t, err); !slices.Equal(got, row.want) {
			t.Errorf("ParseURL(%q): got problems with %v, want %v", row.line, got, row.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseURL(%q): the error shows the password: %v", row.line, err)
		}
	}
}
