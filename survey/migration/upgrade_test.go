package migration_test

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/migration"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"
)

// schema0 is what the program stored that came before schema 1, on 1 October 2026: a customer who orders every week, one
// who was deleted just now, three answers of which two still owe their effects, a mail that waits, and addresses whose keys
// were made by older rules.
const schema0 = "testdata/schema0.db.gz"

// stored are the collections of an installation.
func stored() []*store.Spec {
	return slices.Concat(survey.Specs(), access.Specs(), []*store.Spec{migration.Spec})
}

// oldFile opens a copy of schema0.
func oldFile(t *testing.T) store.Store {
	t.Helper()
	packed, err := os.Open(schema0)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "earshot.db")
	raw, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), name, stored()...)
	if err != nil {
		t.Fatalf("open the old file: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// oldDatabase holds the same in MongoDB.
func oldDatabase(t *testing.T) store.Store {
	t.Helper()
	db, err := mongodb.Open(t.Context(), mongotest.Server(t), stored())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := store.Copy(t.Context(), oldFile(t), db, stored(), nil); err != nil {
		t.Fatalf("copy: %v", err)
	}
	return db
}

func TestUpgradeOfWhatTheProgramBeforeStored(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) store.Store{"SQLite": oldFile, "MongoDB": oldDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			for range 2 {
				if err := migration.New(db, migration.Options{Specs: stored(), By: "test"}).AtStart(t.Context()); err != nil {
					t.Fatalf("upgrade: %v", err)
				}
			}
			now := time.Date(2026, 10, 1, 10, 0, 0, 0, time.UTC)
			s, err := survey.NewService(survey.Options{Store: db, BaseURL: "https://feedback.example.com", Clock: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			checkLedger(t, s)
			checkAnswers(t, s)
			checkLedger(t, s)
			checkAddresses(t, s)
			now = now.AddDate(0, 2, 0)
			checkSilence(t, s)
		})
	}
}

// checkAnswers looks whether the figures are there, and whether effects happen that were owed.
func checkAnswers(t *testing.T, s *survey.Service) {
	t.Helper()
	groups, err := s.AnswerGroups(t.Context(), survey.AnswerGroupFilter{Every: "month"})
	if err != nil {
		t.Fatal(err)
	}
	scores := map[int]int{}
	for _, g := range groups {
		scores[g.Scores[0].Value] += g.Count
	}
	if scores[9] != 1 || scores[3] != 2 {
		t.Errorf("got scores %v, want one 9 and two 3", scores)
	}
	drain(t, s)
	answered := 0
	page, err := s.Invitations(t.Context(), survey.InvitationFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, inv := range page.Items {
		if !inv.AnsweredAt.IsZero() {
			answered++
		}
	}
	if answered != 3 || len(page.Items) != 4 {
		t.Errorf("got %d answered of %d invitations, want 3 of 4", answered, len(page.Items))
	}
	weekly, err := s.CustomerByExternalID(t.Context(), "C1")
	if err != nil {
		t.Fatal(err)
	}
	signs, err := s.Touchpoints(t.Context(), survey.TouchpointFilter{CustomerID: survey.CustomerID(weekly.ID), Kind: survey.Answered})
	if err != nil || len(signs.Items) != 3 {
		t.Errorf("got %d answers as signs of life (%v), want 3", len(signs.Items), err)
	}
}

// checkLedger looks whether all invitations are counted by where their mails stand, and found by their addresses.
func checkLedger(t *testing.T, s *survey.Service) {
	t.Helper()
	counts, err := s.CountInvitations(t.Context(), survey.InvitationFilter{})
	if err != nil || counts.Total != 4 {
		t.Fatalf("got %+v (%v), want all four counted", counts, err)
	}
	page, err := s.Invitations(t.Context(), survey.InvitationFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, inv := range page.Items {
		found, err := s.Invitations(t.Context(), survey.InvitationFilter{Search: inv.Email, Standing: inv.Standing()})
		if err != nil || inv.Email != "" && len(found.Items) == 0 {
			t.Errorf("the invitation of %s, which is %s, is not found (%v)", inv.Email, inv.Standing(), err)
		}
	}
}

// checkAddresses looks whether addresses are found in another spelling.
func checkAddresses(t *testing.T, s *survey.Service) {
	t.Helper()
	x, err := s.Suppression(t.Context(), "eve@xn--mller-kva.example")
	if err != nil || x.Note != "on the phone" {
		t.Errorf("got %+v (%v), want the suppression in the other spelling", x, err)
	}
	weekly, err := s.CustomerByExternalID(t.Context(), "C1")
	if err != nil {
		t.Fatal(err)
	}
	contacts, err := s.Contacts(t.Context(), survey.ContactFilter{CustomerID: survey.CustomerID(weekly.ID)})
	if err != nil || len(contacts.Items) != 5 {
		t.Errorf("got %d contacts (%v), want all five, two of whom are one person", len(contacts.Items), err)
	}
}

// checkSilence looks two months later whether the customer has gone quiet, and whether nothing is left of the deleted one.
func checkSilence(t *testing.T, s *survey.Service) {
	t.Helper()
	drain(t, s)
	quiet, err := s.QuietCustomers(t.Context(), survey.QuietFilter{})
	if err != nil || len(quiet.Items) != 1 {
		t.Errorf("got %d quiet customers (%v), want the weekly one", len(quiet.Items), err)
	}
	backlogs, err := s.Effects().Backlogs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range backlogs {
		if b.Due > 0 || b.Dead > 0 {
			t.Errorf("still owed: %+v", b)
		}
	}
}

func drain(t *testing.T, s *survey.Service) {
	t.Helper()
	if err := s.Effects().Drain(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}
