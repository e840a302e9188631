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
	// Mail says which of the survey's mails: 0 is the first one, 1 and 2 are its reminders.
	Mail int `json:"mail" validate:"gte=0,lte=2"`
	// Sender is the rep in whose name it comes; empty is the company.
	Sender string `json:"-"`
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
	r.To = to.Envelope()
	m, err := s.SampleMessage(ctx, r)
	if err != nil {
		return nil, err
	}
	m.Subject = "[Test] " + m.Subject
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

// SampleMessage lays such a mail out and sends nothing. Errors are Invalid for a language or a mail that there is none of, and NotFound for the survey.
func (s *Service) SampleMessage(ctx context.Context, r SampleRequest) (*Message, error) {
	if r.Mail < 0 || r.Mail > MaxReminders || r.Mail > 0 && r.SurveyID == "" {
		return nil, InvalidField("mail", "must be 0, for the first one, or the number of a reminder of the survey")
	}
	of := SampleMail{Version: SampleVersion(), SurveyID: r.SurveyID, To: r.To, Language: r.Language}
	wording := new(MailWording)
	if r.SurveyID != "" {
		found, err := s.Survey(ctx, r.SurveyID)
		if err != nil {
			return nil, err
		}
		of.Version, wording = &found.Current, &found.Mail
		if r.Mail > len(found.Reminders) {
			return nil, InvalidField("mail", "must be at most %d: the survey has no further reminders", len(found.Reminders))
		}
		if r.Mail > 0 {
			of.Reminder = &ReminderMail{Text: found.Reminders[r.Mail-1].Text, Last: r.Mail == len(found.Reminders)}
		}
	}
	of.dress = s.dress(ctx, s.LookInForce(ctx), wording, r.Sender)
	sample := Sample{Composer: s.composer, BaseURL: s.baseURL, ReturnPath: s.returnAddress, Company: s.company, Language: s.language, Now: s.now()}
	return sample.Message(of)
}

// SampleVersion is the built-in survey of samples.
func SampleVersion() *SurveyVersion {
	t, _ := templateNamed(TemplateCSAT)
	return &t.Content
}
