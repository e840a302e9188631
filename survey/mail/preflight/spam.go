package preflight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"earshot/survey"
)

// suspicious is from how many points on a mail should look better: filters know more of a real one, most of it bad.
const suspicious = 2

// spam asks the spam filter what it thinks of a mail.
func (r *run) spam(ctx context.Context) []survey.MailCheck {
	const name = "Spam score"
	switch {
	case r.Spam == nil:
		return one(name, survey.CheckUnknown, "SpamAssassin is not on this machine.", "")
	case len(r.Sample) == 0:
		return one(name, survey.CheckUnknown, "There is no mail to judge.", "")
	}
	ctx, cancel := context.WithTimeout(ctx, spamPatience)
	defer cancel()
	points, limit, rules, err := r.Spam.Score(ctx, r.Sample)
	if err != nil {
		return one(name, survey.CheckUnknown, "SpamAssassin gave no answer: "+err.Error()+".", "")
	}
	found := fmt.Sprintf("SpamAssassin gives a mail %.1f points of %.1f; it met %s.", points, limit, rules)
	switch {
	case points >= limit:
		return one(name, survey.CheckFault, found, "Change the survey's words.")
	case points >= suspicious:
		return one(name, survey.CheckWarning, found, "Change the survey's words.")
	}
	return one(name, survey.CheckOK, found, "")
}

// SpamAssassin is the program of that name, with its own rules alone: no look-ups in lists, for the mail has not been on its way.
type SpamAssassin struct{ path string }

// FindSpamAssassin returns the program on the PATH, or nil.
func FindSpamAssassin() SpamFilter {
	path, err := exec.LookPath("spamassassin")
	if err != nil {
		return nil
	}
	return &SpamAssassin{path}
}

// lastWait is how long an ended program may keep its output open.
const lastWait = time.Second

// Score implements SpamFilter.
func (s *SpamAssassin) Score(ctx context.Context, message []byte) (points, limit float64, rules string, err error) {
	cmd := exec.CommandContext(ctx, s.path, "--local", "--test-mode", "--nocreate-prefs") // #nosec G204: the program that the PATH names
	cmd.Stdin, cmd.WaitDelay = bytes.NewReader(message), lastWait
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return 0, 0, "", errors.New("it took too long")
	}
	if err != nil {
		return 0, 0, "", err
	}
	return readStatus(string(out))
}

// status is the field in which SpamAssassin tells its verdict; it may be folded.
var status = regexp.MustCompile(`(?m)^X-Spam-Status: \w+, score=(-?[\d.]+) required=(-?[\d.]+)\s+tests=([A-Z0-9_,\s]*?)(?:\s+autolearn|\s+version|\r?$)`)

func readStatus(out string) (points, limit float64, rules string, err error) {
	found := status.FindStringSubmatch(strings.ReplaceAll(strings.ReplaceAll(out, "\r\n", "\n"), "\n\t", " "))
	if found == nil {
		return 0, 0, "", errors.New("it says nothing that can be read")
	}
	points, errPoints := strconv.ParseFloat(found[1], 64)
	limit, errLimit := strconv.ParseFloat(found[2], 64)
	return points, limit, strings.Join(strings.Fields(strings.ReplaceAll(found[3], ",", " ")), ", "), errors.Join(errPoints, errLimit)
}
