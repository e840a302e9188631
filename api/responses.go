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
	// Suspect says why it is set aside as a machine's and not counted; empty for people.
	Suspect string `json:"suspect"`
}

func viewResponse(r *survey.Response) responseResponse {
	return responseResponse{
		head: head{r.ID, r.Version}, InvitationID: string(r.InvitationID), SurveyID: string(r.SurveyID), SurveyVersion: r.SurveyVersion,
		PulseID: string(r.PulseID), CustomerID: string(r.CustomerID), ContactID: string(r.ContactID), Segment: r.Segment,
		RepID: string(r.RepID), Language: r.Language, Answers: viewAnswers(r.Answers), SubmittedAt: r.SubmittedAt,
		RevisedAt: r.RevisedAt, ChangedAt: r.ChangedAt, Suspect: r.Suspect,
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
