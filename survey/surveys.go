package survey

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	"earshot/survey/store"
)

// SurveyInput is what is told of a survey: a new one, or one as it shall be from now on.
type SurveyInput struct {
	Name string `json:"name" validate:"required,max=200,printable"`
	// Template names a built-in template; with it the content may be left out and is then the template's.
	Template string `json:"template,omitempty" validate:"max=40"`
	// Content is what is asked; its Number is ignored. Questions and choices without an id are given one.
	Content SurveyVersion `json:"content"`
	// Reminders are the mails to those who have not answered.
	Reminders []Reminder `json:"reminders,omitempty" validate:"max=2,dive"`
	// Mail is what the mails say in the company's own words.
	Mail MailWording `json:"mail,omitzero"`
	// Version is that of the survey which the caller read, so that nobody else's change is overwritten; 0 does not ask.
	Version int64 `json:"version,omitempty"`
}

// CreateSurvey adds a survey with its first version. It is open at once.
func (s *Service) CreateSurvey(ctx context.Context, in SurveyInput) (*Survey, error) {
	if in.Template != "" && len(in.Content.Questions) == 0 {
		t, ok := templateNamed(in.Template)
		if !ok {
			return nil, InvalidField("template", "must be one of the built-in templates")
		}
		in.Content = t.Content
	}
	if err := in.prepare(nil); err != nil {
		return nil, err
	}
	now := s.now()
	survey := &Survey{
		Meta: store.Meta{ID: s.newIDFor(ctx, "srv")}, Name: in.Name, Status: Open, Template: in.Template, Reminders: in.Reminders, Mail: in.Mail,
		CreatedAt: now, UpdatedAt: now,
	}
	if err := s.publish(ctx, survey, in.Content); err != nil {
		return nil, err
	}
	return madeOnce(ctx, s.db.surveys, survey)
}

// ChangeSurvey replaces the name and content of a survey. Content that differs becomes a new version, which invitations
// made from now on get; those that are out keep theirs. Returns Conflict if in.Version is not the stored one.
func (s *Service) ChangeSurvey(ctx context.Context, id SurveyID, in SurveyInput) (*Survey, error) {
	survey, err := s.Survey(ctx, id)
	if err != nil {
		return nil, err
	}
	if in.Version != 0 && in.Version != survey.Version {
		return nil, Errorf(Conflict, "the survey was changed by somebody else meanwhile; read it again and repeat")
	}
	if err := in.prepare(survey.QuestionKinds); err != nil {
		return nil, err
	}
	survey.Name, survey.Reminders, survey.Mail, survey.UpdatedAt = in.Name, in.Reminders, in.Mail, s.now()
	if !sameContent(survey.Current, in.Content) {
		if err := s.publish(ctx, survey, in.Content); err != nil {
			return nil, err
		}
	}
	return survey, s.db.surveys.Replace(ctx, survey)
}

// prepare tidies and checks the input. kinds are those of the questions of earlier versions.
func (in *SurveyInput) prepare(kinds map[string]QuestionKind) error {
	in.Name = tidyLine(in.Name)
	in.Content.mend()
	in.tidyMail()
	in.Content.nameQuestions(kinds)
	in.Content.mendQuestions()
	if err := check(in); err != nil {
		return err
	}
	found := in.Content.problems(kinds)
	for i := range found {
		found[i].Field = "content." + found[i].Field
	}
	if found = append(found, in.placeProblems()...); len(found) > 0 {
		return &Error{Kind: Invalid, Message: "the survey is not valid", Fields: found}
	}
	return nil
}

// publish keeps the version under the next free number and makes it the survey's current one, without storing the
// survey. A number whose survey was never stored, because the process died or somebody else was faster, stays unused.
func (s *Service) publish(ctx context.Context, survey *Survey, version SurveyVersion) error {
	for number := survey.Current.Number + 1; ; number++ {
		version.Number = number
		stored := &storedVersion{
			Meta: store.Meta{ID: VersionID(SurveyID(survey.ID), number)}, SurveyID: SurveyID(survey.ID),
			Content: version, CreatedAt: s.now(),
		}
		written, err := madeOnce(ctx, s.db.surveyVersions, stored)
		if isDuplicate(err) || err == nil && !sameContent(written.Content, version) {
			continue
		}
		if err != nil {
			return err
		}
		survey.Current, survey.QuestionKinds = version, kindsWith(survey.QuestionKinds, version)
		return nil
	}
}

// kindsWith returns kinds with those of the version's questions.
func kindsWith(kinds map[string]QuestionKind, version SurveyVersion) map[string]QuestionKind {
	all := make(map[string]QuestionKind, len(kinds)+len(version.Questions))
	maps.Copy(all, kinds)
	for _, q := range version.Questions {
		all[q.ID] = q.Kind
	}
	return all
}

// sameContent says whether two versions show the same, whatever their numbers.
func sameContent(a, b SurveyVersion) bool {
	a.Number, b.Number = 0, 0
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// isDuplicate says whether an insert was refused because the document is there already.
func isDuplicate(err error) bool {
	var duplicate *store.DuplicateError
	return errors.As(err, &duplicate)
}

// CloseSurvey ends a survey: it is not sent and takes no answers any more. What was answered stays.
func (s *Service) CloseSurvey(ctx context.Context, id SurveyID) (*Survey, error) {
	return s.setSurveyStatus(ctx, id, Closed)
}

// ReopenSurvey lets a closed survey be sent and answered again; links that have not expired work again.
func (s *Service) ReopenSurvey(ctx context.Context, id SurveyID) (*Survey, error) {
	return s.setSurveyStatus(ctx, id, Open)
}

func (s *Service) setSurveyStatus(ctx context.Context, id SurveyID, status SurveyStatus) (*Survey, error) {
	survey, err := s.db.surveys.Update(ctx, string(id), func(survey *Survey) error {
		if survey.Status != status {
			survey.Status, survey.UpdatedAt = status, s.now()
		}
		return nil
	})
	s.statuses.Forget(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noSurvey(id)
	}
	return survey, err
}

// Survey returns one survey.
func (s *Service) Survey(ctx context.Context, id SurveyID) (*Survey, error) {
	survey, err := s.db.surveys.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, noSurvey(id)
	}
	return survey, err
}

func noSurvey(id SurveyID) *Error { return Errorf(NotFound, "there is no survey %q", id) }

// Surveys returns a page of the surveys in the order of their names.
func (s *Service) Surveys(ctx context.Context, after store.Cursor, limit int) (Page[*Survey], error) {
	return findPage(ctx, s.db.surveys, store.Query{Index: surveysByName, After: after, Limit: limit})
}
