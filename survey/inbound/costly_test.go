package inbound_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestCostly reads mails that ask for the same again and again: with each of many recipients for what the words say of them.
func TestCostly(t *testing.T) {
	limit := 2 * time.Second
	if slowed {
		limit = 5 * time.Second
	}
	text := strings.Repeat("The user asked for the mailbox of the account at the address\n", 3_400)
	groups := func(part int) string {
		var all strings.Builder
		for i := range 100 {
			fmt.Fprintf(&all, "Final-Recipient: rfc822; r%d@c%d.example\nAction: failed\n\n", i, part)
		}
		return all.String()
	}
	report := "From: MAILER-DAEMON@mx.example\nTo: " + strings.Repeat("a b <a@b.example>, ", 5_000) +
		"\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
	words, reports, repeated, empty := "--b\n\n"+text, "", "", ""
	for i := range 199 {
		reports += "--b\nContent-Type: message/delivery-status\n\n" + groups(i)
	}
	for i := range 20 {
		repeated += "--b\n\n" + groups(i)
		empty += "--b\nContent-Type: message/delivery-status\n\n" + strings.Repeat("Final-Recipient:\n", 2_000)
	}
	var failed, each strings.Builder
	for i := range 100 {
		fmt.Fprintf(&failed, "r%d@c.example,\n ", i)
		fmt.Fprintf(&each, "%s r%d@c.example ", text[:300], i)
	}
	notice := "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n"
	for _, row := range []struct {
		name, raw string
		failures  int
	}{
		{"199 reports", report + words + reports, 100},
		{"20 texts with a report", report + words + repeated, 100},
		{"fields that are empty", report + words + empty, 0},
		{"100 recipients and a long text", notice + "X-Failed-Recipients: " + failed.String() + "\n\n" + text, 100},
		{"100 recipients on every line", notice + "X-Failed-Recipients: " + failed.String() + "\n\n" + strings.Repeat(strings.ReplaceAll(each.String(), "\n", " ")+"\n", 10), 100},
		{"100 recipients that begin lines", notice + "To: " + strings.Repeat("a b <a@b.example>, ", 5_000) + "\n\nundeliverable\n" + strings.ReplaceAll(groups(1), "Final-Recipient: rfc822; ", "") + text, 100},
	} {
		began := time.Now()
		m := read(t, []byte(row.raw))
		took := time.Since(began)
		check(t, m)
		if len(m.Failures) != row.failures || took > limit {
			t.Errorf("%s: got %d failures in %v, want %d within %v", row.name, len(m.Failures), took, row.failures, limit)
		}
	}
}
