package survey_test

import (
	"context"
	"strings"

	"earshot/survey"
)

// staff are the reps of all installations of the tests.
var staff = directory{
	"rep_rita": {ID: "rep_rita", Name: "Rita Rep", Email: "rita@acme.example"},
}

// directory is a survey.Reps that never changes.
type directory map[survey.RepID]survey.Rep

func (d directory) RepsByID(_ context.Context, ids []survey.RepID) (map[survey.RepID]survey.Rep, error) {
	found := map[survey.RepID]survey.Rep{}
	for _, id := range ids {
		if rep, there := d[id]; there {
			found[id] = rep
		}
	}
	return found, nil
}

// Admins are the reps whose id says so.
func (d directory) Admins(context.Context) (admins []survey.Rep, _ error) {
	for _, rep := range d {
		if strings.HasPrefix(string(rep.ID), "rep_admin") {
			admins = append(admins, rep)
		}
	}
	return admins, nil
}

func (d directory) RepsNamed(_ context.Context, name string) (named []survey.Rep, _ error) {
	for _, rep := range d {
		if strings.EqualFold(rep.Name, name) {
			named = append(named, rep)
		}
	}
	return named, nil
}

func (d directory) RepByEmail(_ context.Context, address string) (survey.Rep, error) {
	for _, rep := range d {
		if rep.Email == address {
			return rep, nil
		}
	}
	return survey.Rep{}, survey.Errorf(survey.NotFound, "there is no rep with that address")
}
