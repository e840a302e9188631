package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// feedSeen is what the API tells of a feed.
type feedSeen struct {
	Source, Kind, State string
	MissingSince        string `json:"missing_since"`
	Pauses              []struct{ From, To string }
}

// TestAFeedThatStopsIsSeen follows a feed that has stopped over the pages, the API and the metrics, until an admin says that
// nothing is missing.
func TestAFeedThatStopsIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const said = "No visits from the API key “Web shop” since 10 Feb 2026; usually 40 a day."
	ada, mia := adminBrowser(t, w), repBrowser(t, w)
	seen := func() feedSeen {
		return readJSON[feedSeen](t, w, call{method: "GET", path: "/api/v1/feeds/" + w.feed, key: w.readKey})
	}
	if f := seen(); f.Source != "key" || f.Kind != "visit" || f.State != "stopped" || f.MissingSince != "2026-02-10" {
		t.Errorf("got %+v, want the web shop's visits, which stopped on 10 February", f)
	}
	for _, path := range []string{"/?rep=all", "/?rep=me", "/customers?list=probably_leaving", "/feeds"} {
		mia.get(path).want(http.StatusOK, said)
	}
	if strings.Contains(mia.get("/customers").want(http.StatusOK).Text(), said) {
		t.Error("the list of all customers tells of feeds")
	}
	if strings.Contains(mia.get("/feeds").Text(), "Nothing is missing") {
		t.Error("a rep may say that nothing is missing")
	}
	const metric = `earshot_feed_stopped{kind="visit",source="key:Web shop",state="stopped"}`
	if got := w.metric(t, metric); got != "1" {
		t.Errorf("%s is %s, want 1", metric, got)
	}
	ada.get("/feeds").submit("form[action$='/accept']").want(http.StatusOK, "Noted.")
	if f := seen(); f.State == "stopped" {
		t.Errorf("got %+v after an admin said that nothing is missing", f)
	}
	ada.post("/feeds/"+w.feed+"/accept", nil).want(http.StatusOK, "That feed has no notice any more.")
	if strings.Contains(mia.get("/?rep=all").Text(), said) {
		t.Error("Today still tells of it")
	}
}

func TestAFeedIsPausedAndEndedOnItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := adminBrowser(t, w)
	pause := "/feeds/" + w.feed + "/pause"
	for from, wrong := range map[string]string{
		"2026-12-31": "Must not lie before the first day", "": "Is required", "soon": "Must be a day, e.g. 2026-12-24", "2026-01-01": "Must lie within 92 days",
	} {
		ada.post(pause, url.Values{"from": {from}, "to": {"2026-12-24"}}).want(http.StatusBadRequest, wrong)
	}
	ada.post(pause, url.Values{"from": {"2026-12-24"}, "to": {"2027-01-03"}}).want(http.StatusOK, "Nothing is expected", "Pause from 24 Dec 2026 to 3 Jan 2027")
	ada.get("/feeds").submit("form[action$='/end']").want(http.StatusOK, "not watched any more", "Over")
	for _, path := range []string{"/pause", "/end", "/accept"} {
		ada.post("/feeds/fed_nobody"+path, url.Values{"from": {"2026-12-24"}, "to": {"2026-12-25"}}).want(http.StatusNotFound)
	}
}

// TestEachKeyIsAFeed sends touchpoints with an API key, one by one and in bulk.
func TestEachKeyIsAFeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	row := `{"customer_id": "` + w.customer + `", "kind": "meeting", "at": "2026-03-01T10:00:00Z", "external_id": "M-%d"}`
	w.send(t, call{method: "POST", path: "/api/v1/touchpoints", key: w.writeKey, media: "application/json", body: fmt.Sprintf(row, 1)})
	w.send(t, call{method: "POST", path: "/api/v1/touchpoints/bulk", key: w.writeKey, media: "application/x-ndjson", body: fmt.Sprintf(row+"\n"+row, 2, 3)})
	drain(t, w)
	list := readJSON[struct {
		Items []struct {
			Source, Kind, State string
			KeyName             string `json:"key_name"`
			Days                []int
		}
	}](t, w, call{method: "GET", path: "/api/v1/feeds", key: w.readKey})
	for _, f := range list.Items {
		if f.Kind == "meeting" {
			if f.KeyName != "Writer" || f.State != "learning" || f.Days[len(f.Days)-2] != 3 {
				t.Errorf("got %+v, want three meetings yesterday from the key Writer", f)
			}
			return
		}
	}
	t.Errorf("no feed of meetings among %+v at %v", list.Items, noon.Format(time.DateOnly))
}
