package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// readJSON sends a request that must succeed and returns the answer.
func readJSON[T any](t testing.TB, w *world, r call) T {
	t.Helper()
	res := w.send(t, r)
	var out T
	if res.Code >= 300 {
		t.Fatalf("%s %s: got %d: %s", r.method, r.path, res.Code, res.Body)
	}
	if err := json.Unmarshal(res.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// reply is any document that the journey reads.
type reply struct {
	ID, Link, State string
	Items           []struct {
		Customer struct{ ID, Name string }
		Silence  struct{ Sentence, List string }
	}
	Content struct{ Questions []struct{ ID, Kind string } }
	Answers []struct {
		QuestionID string `json:"question_id"`
		Score      *int
		Text       string
	}
	ResponseID  string `json:"response_id"`
	Changed     bool
	SubmittedAt time.Time `json:"submitted_at"`
}

// TestJourneyByAPIAlone goes the whole way: a customer's history comes in, it goes quiet, is asked, answers, and the
// answer is read.
func TestJourneyByAPIAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.writeKey
	customer := readJSON[reply](t, w, call{method: "PUT", path: "/api/v1/customers/by-external-id/J-1", key: key,
		body: `{"name":"Journey Ltd","segment":"travel","value_per_year":90000}`})
	contact := readJSON[reply](t, w, call{method: "POST", path: "/api/v1/contacts", key: key,
		body: `{"customer_external_id":"J-1","name":"Sam Doe","email":"sam@journey.example","role":"decision_maker"}`})
	var rows strings.Builder
	for day := range 30 {
		at := noon.AddDate(0, 0, -300+7*day).Format(time.RFC3339)
		rows.WriteString(`{"external_id":"J-` + at + `","customer_external_id":"J-1","kind":"order","at":"` + at + "\"}\n")
	}
	w.bulk(t, "touchpoints", rows.String())
	drain(t, w)

	quiet := readJSON[reply](t, w, call{method: "GET", path: "/api/v1/quiet?segment=travel", key: w.readKey})
	if len(quiet.Items) != 1 || quiet.Items[0].Customer.ID != customer.ID || !strings.HasPrefix(quiet.Items[0].Silence.Sentence, "Usually orders every") {
		t.Fatalf("got the quiet list %+v, want the customer with a sentence", quiet.Items)
	}

	asked := readJSON[struct{ ID, Link string }](t, w, call{method: "POST", path: "/api/v1/invitations", key: key,
		body: `{"contact_id":"` + contact.ID + `","survey_id":"` + w.survey + `","delivery":"link"}`})
	answer := "/api/v1/answer/" + tokenOf(asked.Link)
	opened := readJSON[reply](t, w, call{method: "GET", path: answer})
	if opened.State != "open" || len(opened.Content.Questions) != 2 {
		t.Fatalf("got the form %+v, want it open with two questions", opened)
	}
	first := readJSON[reply](t, w, call{method: "POST", path: answer,
		body: `{"answers":[{"question_id":"satisfaction","score":2},{"question_id":"better","text":"Delivery"}]}`})
	again := readJSON[reply](t, w, call{method: "POST", path: answer,
		body: `{"answers":[{"question_id":"satisfaction","score":3}]}`})
	if first.Changed || !again.Changed || first.ResponseID != again.ResponseID {
		t.Errorf("got %+v, then %+v, want one response, changed by the second", first, again)
	}
	drain(t, w)

	response := readJSON[struct {
		Answers []struct{ Score *int }
	}](t, w, call{method: "GET", path: "/api/v1/responses/" + first.ResponseID, key: w.readKey})
	if len(response.Answers) != 1 || response.Answers[0].Score == nil || *response.Answers[0].Score != 3 {
		t.Errorf("got the response %+v, want the second answer", response)
	}
	timeline := w.send(t, call{method: "GET", path: "/api/v1/customers/" + customer.ID + "/timeline", key: w.readKey})
	if got := timeline.Body.String(); !strings.Contains(got, first.ResponseID) || !strings.Contains(got, asked.ID) {
		t.Errorf("the timeline lacks the invitation or the response: %s", got)
	}
}

// TestPicturesAreDrawn looks at the beginning of each picture.
func TestPicturesAreDrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, begins := range map[string]string{
		"/api/v1/feedback/trend.svg?scale=csat&time_zone=Europe/Berlin": "<svg",
		"/api/v1/feedback/trend.svg?scale=progress&metric=levels":       "<svg",
		"/api/v1/feedback/trend.png?scale=csat&metric=mean&theme=dark":  "\x89PNG",
		"/api/v1/feedback/distribution.svg?scale=csat&width=400":        "<svg",
		"/api/v1/feedback/distribution.png?scale=progress&ratio=1":      "\x89PNG",
		"/api/v1/customers/" + w.customer + "/silence.svg":              "<svg",
		"/api/v1/customers/" + w.customer + "/silence.png?width=300":    "\x89PNG",
	} {
		res := w.send(t, call{method: "GET", path: path, key: w.readKey})
		if res.Code != http.StatusOK || !strings.HasPrefix(res.Body.String(), begins) {
			t.Errorf("%s: got %d %.80q, want a picture", path, res.Code, res.Body)
		}
	}
}

// TestReadingALinkChangesNothing reads the form many times, as mail scanners do.
func TestReadingALinkChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/api/v1/invitations/" + w.invitation
	before := w.send(t, call{method: "GET", path: path, key: w.readKey}).Body.String()
	for range 3 {
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			w.send(t, call{method: method, path: "/api/v1/answer/" + w.link})
		}
	}
	if after := w.send(t, call{method: "GET", path: path, key: w.readKey}).Body.String(); after != before {
		t.Errorf("got %s, want what it was: %s", after, before)
	}
}
