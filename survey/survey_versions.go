package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// maxCachedVersions bounds the caches of versions, which never change, and of statuses. A version is a few KB, so that it is
// well below what memory at rest may be.
const maxCachedVersions = 1000

// SurveyVersion returns one version of a survey. It is shared: do not change it.
func (s *Service) SurveyVersion(ctx context.Context, id SurveyID, number int) (*SurveyVersion, error) {
	key := VersionID(id, number)
	if e, ok := s.versions.Get(s.clock(), key); ok {
		return e, nil
	}
	stored, err := s.db.surveyVersions.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noSurveyVersion(id, number)
	}
	if err != nil {
		return nil, err
	}
	s.versions.Put(s.clock(), key, &stored.Content)
	return &stored.Content, nil
}

// SurveyVersionMadeAt returns when the version was made.
func (s *Service) SurveyVersionMadeAt(ctx context.Context, id SurveyID, number int) (time.Time, error) {
	stored, err := s.db.surveyVersions.Get(ctx, VersionID(id, number))
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, noSurveyVersion(id, number)
	}
	if err != nil {
		return time.Time{}, err
	}
	return stored.CreatedAt, nil
}

func noSurveyVersion(id SurveyID, number int) *Error {
	return Errorf(NotFound, "there is no version %d of survey %q", number, id)
}

// statusLife is how long another process may go on taking answers to a survey that was closed: not noticeable to whoever
// closed it, and it saves reading the survey with each answer.
const statusLife = 3 * time.Second

// surveyOpen says whether the survey takes answers, as of at most statusLife ago. A survey that is gone takes none.
func (s *Service) surveyOpen(ctx context.Context, id SurveyID) (bool, error) {
	now := s.clock()
	if status, ok := s.statuses.Get(now, id); ok {
		return status == Open, nil
	}
	survey, err := s.db.surveys.Get(ctx, string(id))
	status := Closed
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return false, err
	default:
		status = survey.Status
	}
	s.statuses.Put(now, id, status)
	return status == Open, nil
}
