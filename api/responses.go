package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// answer is what was answered to one question; programs read and write it alike. A question that was skipped has none.
type answer struct {
	QuestionID string `json:"question_id"`
	// Kind is told, not asked for: the question has it.
	Kind    string   `json:"kind,omitempty"`
	Score   *int     `json:"score,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Text    string   `json:"text,omitempty"`
}

func viewAnswers(list []survey.Answer) []answer {
	view := make([]answer, len(list))
	for i, a := range list {
		view[i] = answer{QuestionID: a.QuestionID, Kind: string(a.Kind), Score: a.Score, Choices: a.Choices, Text: a.Text}
	}
	return view
}

// responseResponse is what one contact answered to one invitation.
type responseResponse struct {
	head
	InvitationID  string    `json:"invitation_id"`
	SurveyID      string    `json:"survey_id"`
	SurveyVersion int       `json:"survey_version"`
	PulseID       string    `json:"pulse_id"`
	CustomerID    string    `json:"customer_id"`
	ContactID     string    `json:"contact_id"`
	Segment       string    `json:"segment"`
	RepID         string    `json:"rep_id"`
	Language      string    `json:"language"`
	Answers       []answer  `json:"answers"`
	SubmittedAt   time.Time `json:"submitted_at"`
	RevisedAt     time.Time `json:"revised_at,omitzero"`
	ChangedAt     time.Time `json:"changed_at"`
	// Suspect says why it is set aside and not counted; empty where it counts.
	Suspect string `json:"suspect"`
	// GivenBy is contact, or staff where somebody of ours was logged in where it was given: GivenByRepID. CountedByRepID is who had it
	// count all the same.
	GivenBy        string `json:"given_by"`
	GivenByRepID   string `json:"given_by_rep_id,omitempty"`
	CountedByRepID string `json:"counted_by_rep_id,omitempty"`
}

// Who gives answers.
const (
	givenByContact = "contact"
	givenByStaff   = "staff"
)

func viewResponse(r *survey.Response) responseResponse {
	by, counted := givenByContact, survey.RepID("")
	if r.GivenBy != "" {
		by = givenByStaff
	}
	if r.Counted != nil {
		counted = r.Counted.By
	}
	return responseResponse{
		head: head{r.ID, r.Version}, InvitationID: string(r.InvitationID), SurveyID: string(r.SurveyID), SurveyVersion: r.SurveyVersion,
		PulseID: string(r.PulseID), CustomerID: string(r.CustomerID), ContactID: string(r.ContactID), Segment: r.Segment,
		RepID: string(r.RepID), Language: r.Language, Answers: viewAnswers(r.Answers), SubmittedAt: r.SubmittedAt,
		RevisedAt: r.RevisedAt, ChangedAt: r.ChangedAt, Suspect: r.Suspect,
		GivenBy: by, GivenByRepID: string(r.GivenBy), CountedByRepID: string(counted),
	}
}

type listResponsesRequest struct {
	paging
	SurveyID   string    `query:"survey_id" max:"128"`
	CustomerID string    `query:"customer_id" max:"128"`
	RepID      string    `query:"rep_id" max:"128"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
	Suspects   bool      `query:"suspects"`
}

// listResponses answers with responses, newest first.
func (s *Server) listResponses(c echo.Context, in listResponsesRequest) error {
	page, err := s.responses.Responses(c.Request().Context(), survey.ResponseFilter{
		SurveyID: survey.SurveyID(in.SurveyID), CustomerID: survey.CustomerID(in.CustomerID), RepID: survey.RepID(in.RepID),
		From: in.From, To: in.To, Suspects: in.Suspects, After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewResponse)
}

type changedResponsesRequest struct {
	paging
	Since time.Time `query:"since"`
}

// listChangedResponses answers with responses in the order in which they came or changed, for those who pull them.
func (s *Server) listChangedResponses(c echo.Context, in changedResponsesRequest) error {
	page, err := s.responses.ResponsesChanged(c.Request().Context(), in.Since, in.after(), in.Limit)
	return writePage(c, page, err, viewResponse)
}

// readResponse answers with one response.
func (s *Server) readResponse(c echo.Context, in idRead) error {
	found, err := s.responses.Response(c.Request().Context(), survey.ResponseID(in.ID))
	return writeOne(c, found, err, viewResponse)
}
