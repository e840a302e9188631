package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPauseIsDeclaredOnTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	page := "/customers/" + w.customer
	b.get("/").want(http.StatusOK, "Nordlicht C-1001")
	b.get(page+"/edit").submit("form.form", "paused_from", "2026-02-20", "paused_until", "2026-09-01", "paused_by", "Ana Ruiz").want(http.StatusOK, "Saved.")
	drain(t, w)
	b.get(page).want(http.StatusOK, "Since 20 Feb 2026 until 1 Sep 2026, said by Ana Ruiz. The silence does not grow in that time.")
	b.get("/").want(http.StatusOK, "Nobody to call.")
	edit := b.get(page + "/edit")
	if edit.value("paused_from") != "2026-02-20" || edit.value("paused_until") != "2026-09-01" || edit.value("paused_by") != "Ana Ruiz" {
		t.Errorf("the form shows %q, %q, %q, want what is stored", edit.value("paused_from"), edit.value("paused_until"), edit.value("paused_by"))
	}
	shown := edit.submit("form.form", "paused_until", "2026-02-01").want(http.StatusBadRequest)
	if got := shown.problem("paused_until"); got != "Must be later than paused_from, 2026-02-20." {
		t.Errorf("an end before the beginning: got %q beside the field", got)
	}
	b.get(page+"/edit").submit("form.form", "paused_from", "2026-07-01", "paused_until", "").want(http.StatusOK, "From 1 Jul 2026, nobody knows until when")
	b.get(page+"/edit").submit("form.form", "paused_from", "", "paused_until", "", "paused_by", "").want(http.StatusOK, "Saved.")
	if text := b.get(page).words("main"); strings.Contains(text, "nobody knows until when") {
		t.Error("a pause that was taken back is still shown")
	}
	drain(t, w)
	b.get("/").want(http.StatusOK, "Nordlicht C-1001")
}

func TestARenewalIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	page := "/customers/" + w.customer
	b.get(page+"/edit").submit("form.form", "renews_on", "2026-04-15").want(http.StatusOK, "Renews on", "15 Apr 2026", "Soon")
	b.get("/").want(http.StatusOK, "renews on 15 Apr 2026")
	b.get(page+"/edit").submit("form.form", "renews_on", "2026-12-31").want(http.StatusOK, "Renews on", "31 Dec 2026")
	if text := b.get("/").words("main"); strings.Contains(text, "renews on") {
		t.Error("Today tells a renewal that is far ahead")
	}
}
