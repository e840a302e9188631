package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"earshot/survey"
)

// drifter adds a customer who has not ordered for 48 days, logged in yesterday, and has a contact; and returns its id.
func drifter(t testing.TB, w *world) string {
	t.Helper()
	contact, err := w.service.Contact(context.Background(), newCompany(t, w, "C-77", "P-77"))
	id := must(t, contact, err).CustomerID
	var rows []survey.TouchpointInput
	for day := 1; day < 300; day += 3 {
		rows = append(rows, survey.TouchpointInput{CustomerID: id, Kind: survey.Login, At: noon.AddDate(0, 0, -day)})
	}
	for day := 48; day < 300; day += 10 {
		rows = append(rows, survey.TouchpointInput{CustomerID: id, Kind: survey.Order, At: noon.AddDate(0, 0, -day)})
	}
	for _, r := range w.service.PutTouchpoints(context.Background(), rows) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	drain(t, w)
	return string(id)
}

func TestWhoDriftsIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	if text := b.get("/").words("main"); strings.Contains(text, "buying elsewhere") {
		t.Error("Today tells of drifting where nobody drifts")
	}
	id := drifter(t, w)
	type line struct {
		Customer struct{ ID string }
		Silence  struct {
			Sentence, Kind  string
			Quiet, Drifting bool
			KindDays        int `json:"kind_days"`
			Days            int
			Stopped         float64
		}
	}
	list := readJSON[struct{ Items []line }](t, w, call{method: "GET", path: "/api/v1/drifting?segment=logistics", key: w.readKey})
	if len(list.Items) != 1 || list.Items[0].Customer.ID != id {
		t.Fatalf("got %+v, want the one who drifts", list.Items)
	}
	if s := list.Items[0].Silence; !s.Drifting || s.Quiet || s.Kind != "order" || s.KindDays != 48 || s.Days != 1 || s.Stopped < 0.5 {
		t.Errorf("got %+v, want one who has not ordered for 48 days, and was here yesterday", s)
	}
	if other := readJSON[struct{ Items []line }](t, w, call{method: "GET", path: "/api/v1/drifting?rep_id=nobody", key: w.readKey}); len(other.Items) != 0 {
		t.Errorf("of another rep: %+v, want nobody", other.Items)
	}
	sentence := list.Items[0].Silence.Sentence
	for _, part := range []string{"Usually orders every", "no order for 48 days", "Still here: logged in yesterday."} {
		if !strings.Contains(sentence, part) {
			t.Errorf("got %q, want %q in it", sentence, part)
		}
	}
	today := b.get("/?rep=all").want(http.StatusOK, "Still here, buying elsewhere?", sentence, "The one drifting customer", "chance of having stopped buying")
	today.wantWords(".counts dt:contains('probably leaving') + dd", "1")
	shown := b.get(today.link("a:contains('drifting customer')")).want(http.StatusOK, "Nordlicht C-77", "Drifting:")
	if got := shown.Find("tbody tr").Length(); got != 1 {
		t.Errorf("got %d rows, want the one who drifts", got)
	}
	b.get("/customers?list=lost").want(http.StatusBadRequest, "Must be one of the list")
	b.get("/customers?q=Nordlicht+C-77").want(http.StatusOK, "Drifting:")
	b.get("/customers/"+id).want(http.StatusOK, "Drifting: still here, buying elsewhere?", sentence, "Drifting since", "48 days")
}

func TestWhoDriftsIsAskedAndSnoozed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	id := drifter(t, w)
	b.get("/").submit("form[action='/customers/"+id+"/ask']").want(http.StatusOK, "The mail is kept and not sent", "Ana Ruiz was asked on 2 Mar 2026 and has not answered yet.")
	snoozed := b.get("/").submit("form[action='/customers/"+id+"/snooze']").want(http.StatusOK, "Snoozed.")
	if text := snoozed.words("main"); strings.Contains(text, "buying elsewhere") {
		t.Error("who is snoozed is still told of")
	}
	b.get("/customers/"+id).want(http.StatusOK, "Snoozed until 16 Mar 2026").submit("form[action$='/wake']").want(http.StatusOK, "Not snoozed any more.")
	b.get("/").want(http.StatusOK, "Still here, buying elsewhere?")
}
