package main

import (
	"path/filepath"
	"testing"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
)

// TestRestored takes a copy of a file in which a mail waits, by the program's own backup, and makes it safe: nothing goes out of it any more, and the file that
// it was copied from is as it was.
func TestRestored(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "earshot.db")
	copied := where + ".copy"
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 1)
	service, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://x.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := service.AskNow(t.Context(), survey.AskRequest{ContactID: prepared.Contacts[0], SurveyID: prepared.Survey})
	if err != nil {
		t.Fatal(err)
	}
	journey.Close(t, db)
	printed, err := runHere(t, "backup", "-store", where, "-to", copied)
	expect(t, printed, err, "whole copy")
	printed, err = runHere(t, "restored", "-store", copied)
	expect(t, printed, err, "Withheld: 1 mails", "Paused: 0 pulses", "0 mails were being sent")
	printed, err = runHere(t, "restored", "-store", copied)
	expect(t, printed, err, "Withheld: 0 mails")
	for path, want := range map[string]survey.Standing{where: survey.StandsPlanned, copied: survey.StandsWithheld} {
		if got := standingIn(t, path, asked.Invitation.ID); got != want {
			t.Errorf("%s: the mail is %s, want %s", path, got, want)
		}
	}
}

// standingIn is where the invitation's mail stands in a file.
func standingIn(t *testing.T, where, id string) survey.Standing {
	t.Helper()
	db := journey.Open(t, where)
	defer journey.Close(t, db)
	service, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://x.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	inv, err := service.Invitation(t.Context(), survey.InvitationID(id))
	if err != nil {
		t.Fatal(err)
	}
	return inv.Standing()
}
