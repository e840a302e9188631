package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// listLine is a line of a list, as the API answers it.
type listLine struct {
	Customer struct{ ID string }
	Silence  struct {
		Sentence, List string
		Gone           float64
		Slowing        *struct {
			Came            int
			Expected, Fewer float64
			UsualDays       float64 `json:"usual_days"`
			NowDays         float64 `json:"now_days"`
			OneIn           float64 `json:"one_in"`
			Since           time.Time
		}
		Newcomer *struct {
			Times, Similar int
			Left           float64
			OverdueDays    int `json:"overdue_days"`
			FollowedDays   int `json:"followed_days"`
		}
	}
}

// ordered records orders of a customer, so many days ago.
func ordered(t testing.TB, w *world, id survey.CustomerID, ago ...int) {
	t.Helper()
	var rows []survey.TouchpointInput
	for _, day := range ago {
		rows = append(rows, survey.TouchpointInput{CustomerID: id, Kind: survey.Order, At: noon.AddDate(0, 0, -day)})
	}
	for _, r := range w.service.PutTouchpoints(context.Background(), rows) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
}

func TestWhoSlowsDownIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	contact, err := w.service.Contact(context.Background(), newCompany(t, w, "C-77", "P-77"))
	id := must(t, contact, err).CustomerID
	days := []int{5, 24, 43, 62}
	for day := 81; day < 400; day += 8 {
		days = append(days, day)
	}
	ordered(t, w, id, days...)
	drain(t, w)
	list := readJSON[struct{ Items []listLine }](t, w, call{method: "GET", path: "/api/v1/slowing?segment=logistics", key: w.readKey})
	if len(list.Items) != 1 || list.Items[0].Customer.ID != string(id) {
		t.Fatalf("got %+v, want the one who slows down", list.Items)
	}
	s := list.Items[0].Silence
	if e := s.Slowing; s.List != "slowing" || e == nil || e.Came != 4 || e.Fewer < 0.5 || e.Expected < 9 || e.UsualDays > 9 || e.NowDays < 18 || e.OneIn < 100 || e.Since.IsZero() {
		t.Errorf("got %+v, %+v", s, e)
	}
	if !strings.HasPrefix(s.Sentence, "Ordered every 8 days until 11 Dec 2025, every 19 days since; 4 orders instead of 10. Of steady customers ") {
		t.Errorf("got %q", s.Sentence)
	}
	if other := readJSON[struct{ Items []listLine }](t, w, call{method: "GET", path: "/api/v1/slowing?rep_id=nobody", key: w.readKey}); len(other.Items) != 0 {
		t.Errorf("of another rep: %+v, want nobody", other.Items)
	}
	today := b.get("/?rep=all").want(http.StatusOK, "Slowing down", s.Sentence, "The one slowing customer", "less often than usual")
	shown := b.get(today.link("a:contains('slowing customer')")).want(http.StatusOK, "Nordlicht C-77", "Slowing down: 58 %")
	if got := shown.Find("tbody tr").Length(); got != 1 {
		t.Errorf("got %d rows, want the one who slows down", got)
	}
	b.get("/customers/"+string(id)).want(http.StatusOK, "Slowing down since", s.Sentence, "Before 11 Dec 2025", "every 8.0 days", "58 % less often")
}

func TestNewcomersWhoDoNotComeBackAreShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	ctx := context.Background()
	for i := range 200 {
		name := fmt.Sprintf("Shop %d", i)
		customer, err := w.service.CreateCustomer(ctx, survey.CustomerFields{Name: &name})
		id := survey.CustomerID(must(t, customer, err).ID)
		first := 700 - 3*i
		ordered(t, w, id, first)
		if i%2 == 0 {
			ordered(t, w, id, first-10-i*30/199)
		}
	}
	contact, err := w.service.Contact(ctx, newCompany(t, w, "C-77", "P-77"))
	id := must(t, contact, err).CustomerID
	ordered(t, w, id, 44)
	drain(t, w)
	w.at(noon.Add(25 * time.Hour)) // the orders are learnt from
	drain(t, w)
	w.at(noon.Add(26 * time.Hour)) // and all are judged by that
	drain(t, w)

	list := readJSON[struct{ Items []listLine }](t, w, call{method: "GET", path: "/api/v1/newcomers?segment=logistics", key: w.readKey})
	if len(list.Items) != 1 || list.Items[0].Customer.ID != string(id) {
		t.Fatalf("got %+v, want the one who has not come back", list.Items)
	}
	s := list.Items[0].Silence
	if n := s.Newcomer; s.List != "not_returned" || n == nil || n.Times != 1 || n.Similar < 100 || n.Left != s.Gone || n.Left < 0.9 || n.OverdueDays < 35 || n.OverdueDays > 43 || n.FollowedDays < 300 {
		t.Errorf("got %+v, %+v", s, n)
	}
	if !strings.HasPrefix(s.Sentence, "Ordered once, 45 days ago. Of similar customers who order again") {
		t.Errorf("got %q", s.Sentence)
	}
	today := b.get("/?rep=all").want(http.StatusOK, "New, and not returned", s.Sentence, "The one overdue newcomer", "chance of having left")
	b.get(today.link("a:contains('overdue newcomer')")).want(http.StatusOK, "Nordlicht C-77", "Not returned:")
	b.get("/customers/"+string(id)).want(http.StatusOK, "New, and not returned", "Not returned since", s.Sentence, "newcomers of the last three years")
}
