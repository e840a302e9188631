package survey

import (
	"time"

	"earshot/survey/store"
)

// Answer is what was answered to one question. A question that was skipped has no Answer.
type Answer struct {
	QuestionID string       `json:"question_id"`
	Kind       QuestionKind `json:"kind"`
	// Score is the number that was chosen, of a scored kind (for progress 1 to 5); nil otherwise. 0 is a score.
	Score *int `json:"score,omitempty"`
	// Choices are the ids of what was chosen, of a single or multiple question.
	Choices []string `json:"choices,omitempty"`
	// Text is what was written.
	Text string `json:"text,omitempty"`
}

// Response is what one contact answered to one invitation. Its id derives from the invitation's, so that an invitation
// can have only one. Segment and RepID are the customer's at the time of the ask.
type Response struct {
	store.Meta    `json:",inline"` // owes effectMarkAnswered and effectSignOfLife
	InvitationID  InvitationID     `json:"invitation_id"`
	SurveyID      SurveyID         `json:"survey_id"`
	SurveyVersion int              `json:"edition"` // as stores have called it from the start
	PulseID       PulseID          `json:"pulse_id,omitempty"`
	CustomerID    CustomerID       `json:"customer_id"`
	ContactID     ContactID        `json:"contact_id"`
	Segment       string           `json:"segment"`
	RepID         RepID            `json:"rep_id"`
	Language      string           `json:"language,omitempty"`
	Answers       []Answer         `json:"answers"`
	// Tally repeats what Answers chose on scales, for figures, and Low says that the first of these scores is one that somebody
	// should look after; see SetAnswers.
	Tally       string    `json:"tally"`
	Low         bool      `json:"low,omitempty"`
	SubmittedAt time.Time `json:"submitted_at"`
	// RevisedAt is when the contact last changed the answers; zero if they never did.
	RevisedAt time.Time `json:"revised_at,omitzero"`
	// ChangedAt is the later of SubmittedAt and RevisedAt, for those who fold answers as they come.
	ChangedAt time.Time `json:"changed_at"`
	// Suspect says why the answer is set aside, as a machine's or one of our own people's, and not counted; empty for contacts.
	Suspect string `json:"suspect,omitempty"`
	// GivenBy is who of ours was logged in where the answer was given; empty where a contact gave it. Counted says that it counts all the
	// same; nil where nobody said so.
	GivenBy RepID          `json:"given_by,omitempty"`
	Counted *CountedByHand `json:"counted,omitempty"`
	// SetAside are a machine's answers that came after a person's, which they do not replace; at most MaxSetAside.
	SetAside []SetAside `json:"set_aside,omitempty"`
}

// SetAnswers puts answers into the response, and what repeats them.
func (r *Response) SetAnswers(answers []Answer) {
	r.Answers, r.Tally, r.Low = answers, tally(answers), false
	if score := r.FirstScore(""); score != nil {
		r.Low = score.Kind.Low(score.Value)
	}
}

// FirstScore returns the score that was given to a question, or to the first one with a score where question is empty; nil
// where there is none.
func (r *Response) FirstScore(question string) *Score {
	for _, a := range r.Answers {
		if a.Score != nil && (question == "" || a.QuestionID == question) {
			return &Score{a.QuestionID, a.Kind, *a.Score}
		}
	}
	return nil
}

// SetAside is what a machine seems to have answered.
type SetAside struct {
	At      time.Time `json:"at"`
	Suspect string    `json:"suspect"`
	GivenBy RepID     `json:"given_by,omitempty"`
	Answers []Answer  `json:"answers"`
}

// MaxSetAside is how many machines' answers are kept beside a person's.
const MaxSetAside = 3

// Indexes of responses.
const (
	responsesByTime     = "by_time"
	responsesByChange   = "by_change"
	responsesBySurvey   = "by_survey_and_tally"
	responsesByCustomer = "by_customer"
	responsesByRep      = "by_rep"
)

var responseSpec = &store.Spec{
	Name: "responses",
	New:  func() store.Doc { return new(Response) },
	Indexes: []store.Index{
		// Low and suspect, so that both are counted in the index alone.
		{Name: responsesByTime, Fields: []string{"submitted_at", "low", "suspect"}},
		{Name: responsesByChange, Fields: []string{"changed_at"}},
		// All that figures are made of, so that they are counted in the index alone.
		{Name: responsesBySurvey, Fields: []string{"survey_id", "submitted_at", "tally", "segment", "rep_id", "suspect"}},
		{Name: responsesByCustomer, Fields: []string{"customer_id", "submitted_at"}},
		{Name: responsesByRep, Fields: []string{"rep_id", "submitted_at", "low", "suspect"}},
	},
	Queue: true,
	Shard: "id",
}
