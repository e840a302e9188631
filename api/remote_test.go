package api_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"earshot/api"
)

// TestWhereRequestsComeFrom: only what trusted proxies wrote is believed, and of that the part that the caller did not.
func TestWhereRequestsComeFrom(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for _, row := range []struct {
		name, peer string
		forwarded  []string
		want       string
		shared     bool
	}{
		{"no proxy", "203.0.113.5:4711", nil, "203.0.113.5", false},
		{"IPv6", "[2001:db8::7]:4711", nil, "2001:db8::7", false},
		{"IPv6 with a zone", "[fe80::7%eth0]:4711", nil, "fe80::7", false},
		{"IPv4 written as IPv6", "[::ffff:203.0.113.5]:4711", nil, "203.0.113.5", false},
		{"no network at all", "@", nil, "", false},
		{"a proxy", "10.1.0.7:1", []string{"203.0.113.5"}, "203.0.113.5", false},
		{"a proxy by IPv6", "[fd00::1]:1", []string{"2001:db8::9"}, "2001:db8::9", false},
		{"a proxy by IPv4 written as IPv6", "[::ffff:10.1.0.7]:1", []string{"203.0.113.5"}, "203.0.113.5", false},
		{"a proxy that calls by itself", "10.1.0.7:1", nil, "10.1.0.7", false},
		{"two proxies", "10.1.0.7:1", []string{"203.0.113.5, 10.1.2.3"}, "203.0.113.5", false},
		{"two proxies, a line each", "10.1.0.7:1", []string{"203.0.113.5", "10.1.2.3"}, "203.0.113.5", false},
		{"the caller writes one in front", "10.1.0.7:1", []string{"198.51.100.1, 203.0.113.5"}, "203.0.113.5", false},
		{"the caller writes a line in front", "10.1.0.7:1", []string{"198.51.100.1", "203.0.113.5"}, "203.0.113.5", false},
		{"the caller writes that of a trusted proxy", "10.1.0.7:1", []string{"10.1.0.9, 203.0.113.5"}, "203.0.113.5", false},
		{"the caller writes nonsense in front", "10.1.0.7:1", []string{"<script>, 203.0.113.5"}, "203.0.113.5", false},
		{"with a port", "10.1.0.7:1", []string{"203.0.113.5:61234"}, "203.0.113.5", false},
		{"IPv6 with a port", "10.1.0.7:1", []string{"[2001:db8::9]:61234"}, "2001:db8::9", false},
		{"IPv6 in brackets", "10.1.0.7:1", []string{"[2001:db8::9]"}, "2001:db8::9", false},
		{"with blanks and an empty line", "10.1.0.7:1", []string{"", "  203.0.113.5  "}, "203.0.113.5", false},
		{"unknown", "10.1.0.7:1", []string{"203.0.113.5, unknown"}, "10.1.0.7", false},
		{"a proxy that hides the caller behind another", "10.1.0.7:1", []string{"unknown, 10.1.2.3"}, "10.1.2.3", false},
		{"all trusted", "10.1.0.7:1", []string{"10.1.9.9, 10.1.2.3"}, "10.1.9.9", false},
		{"a list of nothing", "10.1.0.7:1", []string{strings.Repeat(",", 60_000)}, "10.1.0.7", false},
		{"a stranger who says so", "198.51.100.9:1", []string{"203.0.113.5"}, "198.51.100.9", false},
		{"a proxy of ours that nobody told us of", "192.168.0.2:1", []string{"203.0.113.5"}, "192.168.0.2", true},
		{"one on this machine", "127.0.0.1:1", []string{"203.0.113.5"}, "127.0.0.1", true},
		{"one behind a trusted one", "10.1.0.7:1", []string{"203.0.113.5, 192.168.0.2"}, "192.168.0.2", false},
	} {
		req := httptest.NewRequest("GET", "/", nil)
		req.RemoteAddr = row.peer
		for _, line := range row.forwarded {
			req.Header.Add("X-Forwarded-For", line)
		}
		for _, header := range []string{"Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"} {
			req.Header.Set(header, "192.0.2.200")
		}
		if got, shared := api.Remote(req, trusted...); got != row.want || shared != row.shared {
			t.Errorf("%s: got %q, shared %v; want %q, %v", row.name, got, shared, row.want, row.shared)
		}
	}
}
