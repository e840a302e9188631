package access_test

import (
	"errors"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store/enginetest"
)

// TestRepsLogInInAnySpelling logs a rep in whose address is written otherwise than an admin wrote it.
func TestRepsLogInInAnySpelling(t *testing.T) {
	t.Parallel()
	db := enginetest.Open(t, access.Specs()...)
	s, err := access.New(access.Options{Store: db})
	if err != nil {
		t.Fatal(err)
	}
	const password = "correct horse battery"
	create := func(email string) error {
		_, err := s.CreateRep(t.Context(), access.NewRep{Name: "Ana", Email: email, Access: access.LevelRep, Password: password})
		return err
	}
	_, errLogin := s.Login(t.Context(), access.Credentials{Email: "", Password: password}, access.Browser{Remote: "192.0.2.1"})
	if survey.KindOf(errLogin) != survey.Unauthenticated {
		t.Errorf("log in without an address: got error %v, want Unauthenticated", errLogin)
	}
	err = create("Ana@müller.example")
	_, errLogin = s.Login(t.Context(), access.Credentials{Email: " ana@xn--mller-kva.example\u200B", Password: password}, access.Browser{Remote: "192.0.2.1"})
	if err := errors.Join(err, errLogin); err != nil {
		t.Error(err)
	}
	if err := create("ana@xn--mller-kva.example"); survey.KindOf(err) != survey.Conflict {
		t.Errorf("the same address again: got error %v, want Conflict", err)
	}
	if err := create(`"Ana"@müller.example`); err == nil || survey.AsError(err).Fields[0].Message == "" {
		t.Errorf("a quoted address: got error %v, want one that names the field", err)
	}
}
