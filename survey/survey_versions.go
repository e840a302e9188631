package survey

import (
	"context"
	"errors"
	"sync"
	"time"

	"earshot/survey/store"
)

// versionCache keeps versions, which never change.
type versionCache struct {
	mu   sync.RWMutex
	byID map[string]*SurveyVersion
}

// maxCachedVersions bounds the cache. A version is a few KB, so it is well below what memory at rest may be.
const maxCachedVersions = 1000

func (c *versionCache) find(id string) *SurveyVersion {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.byID[id]
}

func (c *versionCache) keep(id string, e *SurveyVersion) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil || len(c.byID) >= maxCachedVersions {
		c.byID = make(map[string]*SurveyVersion)
	}
	c.byID[id] = e
}

// SurveyVersion returns one version of a survey. It is shared: do not change it.
func (s *Service) SurveyVersion(ctx context.Context, id SurveyID, number int) (*SurveyVersion, error) {
	key := VersionID(id, number)
	if e := s.versions.find(key); e != nil {
		return e, nil
	}
	stored, err := s.db.surveyVersions.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no version %d of survey %q", number, id)
	}
	if err != nil {
		return nil, err
	}
	s.versions.keep(key, &stored.Content)
	return &stored.Content, nil
}

// statusCache remembers for statusLife whether a survey is open.
type statusCache struct {
	mu   sync.RWMutex
	byID map[SurveyID]statusSeen
}

type statusSeen struct {
	status SurveyStatus
	until  time.Time
}

// statusLife is how long another process may go on taking answers to a survey that was closed: not noticeable to whoever
// closed it, and it saves reading the survey with each answer.
const statusLife = 3 * time.Second

func (c *statusCache) find(id SurveyID, now time.Time) (SurveyStatus, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	seen, ok := c.byID[id]
	return seen.status, ok && now.Before(seen.until)
}

func (c *statusCache) keep(id SurveyID, status SurveyStatus, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil || len(c.byID) >= maxCachedVersions {
		c.byID = make(map[SurveyID]statusSeen)
	}
	c.byID[id] = statusSeen{status: status, until: now.Add(statusLife)}
}

func (c *statusCache) forget(id SurveyID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byID, id)
}

// surveyOpen says whether the survey takes answers, as of at most statusLife ago. A survey that is gone takes none.
func (s *Service) surveyOpen(ctx context.Context, id SurveyID) (bool, error) {
	now := s.clock()
	if status, ok := s.statuses.find(id, now); ok {
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
	s.statuses.keep(id, status, now)
	return status == Open, nil
}
