package survey

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"earshot/survey/address"
)

// SampleRequest asks for one mail to oneself, to see whether it arrives and how it looks.
type SampleRequest struct {
	// SurveyID is whose mail it is; empty takes a built-in survey.
	SurveyID SurveyID `json:"survey_id"`
	To       string   `json:"to" validate:"required,max=254"`
	// Language is empty for the installation's.
	Language string `json:"language" validate:"max=35"`
}

// How many samples a process sends: a few at once, then one in so much time. Whoever guesses addresses with them is slow.
const (
	samplesAtOnce = 5
	sampleEvery   = time.Minute
	// samplePatience is how long whoever sends one waits for the mail server.
	samplePatience = time.Minute
)

// newSampleLimit returns the limit on samples.
func newSampleLimit() *rate.Limiter { return rate.NewLimiter(rate.Every(sampleEvery), samplesAtOnce) }

// SendSample sends a mail of a survey that is about nobody, and returns what the mail server said. It writes nothing down. Its errors are
// Invalid, NotFound for the survey, Conflict for an address that must not be mailed and where no mail server is set, and RateLimited.
func (s *Service) SendSample(ctx context.Context, r SampleRequest) (*Outcome, error) {
	to, err := address.Parse(r.To)
	if err != nil {
		return nil, InvalidField("to", "%v", err)
	}
	if !s.Sends() {
		return nil, Errorf(Conflict, "no mail server is set, so that no mail can be sent")
	}
	version, err := s.sampleVersion(ctx, r.SurveyID)
	if err != nil {
		return nil, err
	}
	m, err := s.sample().Message(version, r.SurveyID, to.Envelope(), r.Language)
	if err != nil {
		return nil, err
	}
	if !s.samples.AllowN(s.clock(), 1) {
		limited := Errorf(RateLimited, "too many test mails; wait a minute")
		limited.RetryAfter = sampleEvery
		return nil, limited
	}
	suppressed, err := s.suppressionsOf(ctx, []string{r.To})
	if err != nil {
		return nil, err
	}
	if x := suppressedIn(suppressed, r.To); x != nil {
		return nil, Errorf(Conflict, "%s", x.withheld())
	}
	ctx, cancel := context.WithTimeout(ctx, samplePatience)
	defer cancel()
	relays, err := s.fleet(ctx)
	if err != nil {
		return nil, err
	}
	by, err := s.roomFor(ctx, relays, m)
	if err != nil {
		return nil, err
	}
	if by.by == nil {
		limited := Errorf(RateLimited, "no test mail goes out now: %s", by.why)
		limited.RetryAfter = max(by.at.Sub(s.now()), time.Second)
		return nil, limited
	}
	outcome := by.by.Mailer.Deliver(ctx, m)
	return &outcome, nil
}

// sample is what makes samples.
func (s *Service) sample() Sample {
	return Sample{Composer: s.composer, BaseURL: s.baseURL, ReturnPath: s.returnAddress, Company: s.company, Language: s.language, Now: s.now()}
}

// sampleVersion is the survey as it is asked now, or a built-in one.
func (s *Service) sampleVersion(ctx context.Context, id SurveyID) (*SurveyVersion, error) {
	if id == "" {
		return SampleVersion(), nil
	}
	found, err := s.Survey(ctx, id)
	if err != nil {
		return nil, err
	}
	return &found.Current, nil
}

// SampleVersion is the built-in survey of samples.
func SampleVersion() *SurveyVersion {
	t, _ := templateNamed(TemplateCSAT)
	return &t.Content
}
