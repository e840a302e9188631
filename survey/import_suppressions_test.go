package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// unmailed writes the list of those who must not be mailed, in the order of the alphabet: "address reason date note".
func unmailed(o *office) string {
	o.t.Helper()
	var lines []string
	for x, err := range o.EachSuppression(o.ctx, survey.SuppressionFilter{Search: "@"}) {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{must(o.t, x, err).Email, string(x.Reason), x.CreatedAt.Format(time.DateOnly), x.Note}, " ")))
	}
	return strings.Join(lines, "\n")
}

// TestSuppressionsAreImported from files as programs write them, twice.
func TestSuppressionsAreImported(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, want          string
		created, unchanged, wrong int
	}{
		{"a newsletter", "E-mail;Name;Company no;Subscribed on;Unsubscribed on;Bounced on;Complained\n" +
			"ira@alder.example;Ira Holt;C0037;2020-08-08;;;\njo@alder.example;Jo Brandt;C0037;2020-08-08;2024-02-02;;\n" +
			"kim@alder.example;Kim Sato;C0037;2021-01-05;;2025-03-09;\nlee@alder.example;Lee Okoro;C0037;2021-01-05;;;yes\n",
			"jo@alder.example unsubscribed 2024-02-02\nkim@alder.example hard_bounce 2025-03-09\nlee@alder.example complaint 2026-03-02", 3, 1, 0},
		{"our own table", "email,reason,date,note\n'+49@x.example,complaint,2026-01-02T03:04:05Z,\n*@x.example,by_hand,2026-01-02T03:04:05Z,We mail nobody there\n",
			"+49@x.example complaint 2026-01-02\n@x.example by_hand 2026-01-02 We mail nobody there", 2, 0, 0},
		{"addresses alone", "Address\nana@x.example\n", "ana@x.example by_hand 2026-03-02", 1, 0, 0},
		{"a status", "Email Address,Status,Date\na@x.example,Cleaned,03/31/2025\nb@x.example,subscribed,03/31/2025\nc@x.example,Opted out,03/31/2025\n",
			"a@x.example hard_bounce 2025-03-31\nc@x.example unsubscribed 2025-03-31", 2, 1, 0},
		{"twice", "email,reason\nA+news@x.example,bounce\na+NEWS@x.example,bounce\n", "a+news@x.example hard_bounce 2026-03-02", 1, 1, 0},
		{"damaged rows", "email,reason,date\nnobody,bounce,\na@x.example,who knows,\nb@x.example,spam,soon\nc@x.example,spam,2031-01-01\n,spam,\nd@x.example,spam,2025-01-01\n",
			"a@x.example by_hand 2026-03-02\nb@x.example complaint 2026-03-02\nc@x.example complaint 2026-03-02\nd@x.example complaint 2025-01-01", 4, 0, 2},
		{"several columns", "email,opt out,bounced,complained\na@x.example,yes,2024-01-01,no\nb@x.example,0,-,false\nc@x.example,perhaps,,\n",
			"a@x.example unsubscribed 2026-03-02\nc@x.example unsubscribed 2026-03-02", 2, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			done := take(t, o.Service, survey.ImportSuppressions, tt.file)
			if done.Created != tt.created || done.Unchanged != tt.unchanged || done.Failed != tt.wrong {
				t.Errorf("got %d created, %d unchanged, %d failed, want %d, %d, %d: %+v", done.Created, done.Unchanged, done.Failed, tt.created, tt.unchanged, tt.wrong, done.Errors)
			}
			again := take(t, o.Service, survey.ImportSuppressions, tt.file)
			if again.Created != 0 || again.Changed != 0 || again.Failed != tt.wrong {
				t.Errorf("again: got %d created, %d changed, %d failed, want none anew", again.Created, again.Changed, again.Failed)
			}
			if got := unmailed(o); got != tt.want {
				t.Errorf("got the list\n%s\nwant\n%s", got, tt.want)
			}
			o.watch.pass(day)
			p, err := o.PreviewImport(o.ctx, survey.ImportRequest{Kind: survey.ImportSuppressions, Reader: strings.NewReader(tt.file)})
			if must(t, p, err).Failed != tt.wrong || unmailed(o) != tt.want {
				t.Errorf("a preview tells %d rows that failed, want %d, and no change", p.Failed, tt.wrong)
			}
		})
	}
}

// TestThePersonsOwnWordWinsInAnImport over what is on the list, and nothing weaker over theirs.
func TestThePersonsOwnWordWinsInAnImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for email, reason := range map[string]survey.SuppressionReason{"ana@x.example": survey.ByHand, "bo@x.example": survey.Unsubscribed} {
		if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email, Reason: reason}); err != nil {
			t.Fatal(err)
		}
	}
	done := take(t, o.Service, survey.ImportSuppressions, "email,reason,date\nANA@x.example,unsubscribed,2025-01-01\nbo@x.example,manual,2025-01-01\ncy@x.example,manual,2025-01-01\ncy@x.example,spam,2025-02-02\n")
	if done.Created != 1 || done.Changed != 2 || done.Unchanged != 1 {
		t.Errorf("got %d created, %d changed, %d unchanged, want 1, 2, 1", done.Created, done.Changed, done.Unchanged)
	}
	want := "ana@x.example unsubscribed 2025-01-01\nbo@x.example unsubscribed 2026-03-02\ncy@x.example complaint 2025-02-02"
	if got := unmailed(o); got != want {
		t.Errorf("got the list\n%s\nwant\n%s", got, want)
	}
}
