package api

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// tokenPath is the path that a contact's link leads to.
type tokenPath struct {
	Token secret `path:"token"`
}

// secret is the token of a contact's link.
type secret string

// maxSecret is more characters than any token has.
const maxSecret = 128

// UnmarshalText reads a token. One that cannot be any is not found, like one that is not.
func (t *secret) UnmarshalText(text []byte) error {
	*t = secret(text[:min(len(text), maxSecret)])
	return nil
}

// answerFormResponse is what a contact is asked.
type answerFormResponse struct {
	State        string    `json:"state"`
	InvitationID string    `json:"invitation_id"`
	SurveyID     string    `json:"survey_id"`
	Language     string    `json:"language"`
	ContactName  string    `json:"contact_name"`
	Content      content   `json:"content"`
	Answers      []answer  `json:"answers"`
	AnsweredAt   time.Time `json:"answered_at,omitzero"`
	ExpiresAt    time.Time `json:"expires_at"`
	Unsubscribed bool      `json:"unsubscribed"`
}

// readAnswerForm answers with the questions behind a contact's link. It changes nothing.
func (s *Server) readAnswerForm(c echo.Context, in tokenPath) error {
	opened, err := s.answers.Open(c.Request().Context(), string(in.Token))
	if err != nil {
		return err
	}
	shown := viewContent(opened.Version)
	shown.Intro = s.filled(c, opened, shown.Intro)
	return c.JSON(http.StatusOK, answerFormResponse{
		State: string(opened.State), InvitationID: string(opened.InvitationID), SurveyID: string(opened.SurveyID),
		Language: opened.Language, ContactName: opened.ContactName, Content: shown,
		Answers: viewAnswers(opened.Answers), AnsweredAt: opened.AnsweredAt, ExpiresAt: opened.ExpiresAt,
		Unsubscribed: opened.Unsubscribed,
	})
}

// filled is a wording of a contact's form with the names in their places.
func (s *Server) filled(c echo.Context, opened *survey.Form, text wording) wording {
	names := survey.AddressingOf(opened.ContactName, s.here.Company(), s.repName(c, opened.Sender))
	filled := maps.Clone(text)
	for tag, said := range filled {
		filled[tag] = names.Fill(said)
	}
	return filled
}

type submitRequest struct {
	tokenPath
	Body submission `body:"application/json"`
}

// submission is what a contact answers.
type submission struct {
	Language string   `json:"language"`
	Answers  []answer `json:"answers"`
}

// maxQuestionID is the most characters of a question's id.
var maxQuestionID = survey.LimitsOf[survey.Question]()["id"].MaxLength

// answers returns the answers as the domain takes them, or says what is missing around them. What is wrong with an
// answer itself the domain tells, by its question.
func (b submission) answers() ([]survey.Answer, error) {
	switch {
	case b.Answers == nil:
		return nil, survey.InvalidField("answers", "is required")
	case len(b.Language) > survey.MaxLanguageTag:
		return nil, survey.InvalidField("language", "must have at most %d characters", survey.MaxLanguageTag)
	}
	list := make([]survey.Answer, len(b.Answers))
	for i, a := range b.Answers {
		if a.QuestionID == "" || len(a.QuestionID) > maxQuestionID {
			return nil, survey.InvalidField(fmt.Sprintf("answers[%d].question_id", i), "must be the id of a question")
		}
		list[i] = survey.Answer{
			QuestionID: a.QuestionID, Kind: survey.QuestionKind(a.Kind), Score: a.Score, Choices: a.Choices, Text: a.Text,
		}
	}
	return list, nil
}

// receiptResponse says that the answers are stored.
type receiptResponse struct {
	ResponseID  string    `json:"response_id"`
	SubmittedAt time.Time `json:"submitted_at"`
	// Changed says that earlier answers were replaced.
	Changed bool `json:"changed"`
}

// submit stores a contact's answers, or replaces the earlier ones.
func (s *Server) submit(c echo.Context, in submitRequest) error {
	answers, err := in.Body.answers()
	if err != nil {
		return err
	}
	receipt, err := s.answers.SubmitByAPI(c.Request().Context(), string(in.Token), answers, survey.Submission{
		Language: in.Body.Language, Traces: survey.Traces{Staff: s.staffDevice(c)},
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, receiptResponse{
		ResponseID: string(receipt.ResponseID), SubmittedAt: receipt.At, Changed: receipt.Changed,
	})
}

type declineRequest struct {
	tokenPath
	Body declineBody `body:"application/json"`
}

type declineBody struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// decline says that the contact is not the right person, and who is.
func (s *Server) decline(c echo.Context, in declineRequest) error {
	return nothing(c, s.answers.Decline(c.Request().Context(), string(in.Token),
		survey.Successor{Name: in.Body.Name, Email: in.Body.Email}))
}

// unsubscribe ends all mail to the contact's address.
func (s *Server) unsubscribe(c echo.Context, in tokenPath) error {
	return nothing(c, s.answers.Unsubscribe(c.Request().Context(), string(in.Token)))
}
