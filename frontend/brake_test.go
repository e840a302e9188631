package frontend_test

import (
	"strings"
	"testing"

	"earshot/frontend"
	"earshot/survey"
)

// TestTheBrakeSaysWhetherItHolds mails at all: an installation may have switched it off.
func TestTheBrakeSaysWhetherItHolds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		limits      survey.BrakeLimits
		want, never string
	}{
		{survey.BrakeLimits{Complaints: 0.3}, "all mails wait until an admin lets them go", "mails go on"},
		{survey.BrakeLimits{}, "However many end badly, mails go on", "mails wait"},
	} {
		got := render(t, newFrontend(t), frontend.MailCheckPage{Brake: &frontend.BrakePanel{Limits: row.limits}})
		if !strings.Contains(got, row.want) || strings.Contains(got, row.never) {
			t.Errorf("%+v: got\n%s", row.limits, got)
		}
	}
}
