package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestWhatIsKeptIsNotCalledSent on the page of invitations, the customer's, and by API.
func TestWhatIsKeptIsNotCalledSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	page := b.get("/invitations").want(http.StatusOK, "Kept, not sent")
	page.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		kept := row.Find("a[href^='/kept-mails/']").Length() > 0
		if badge := strings.TrimSpace(row.Find(".badge").First().Text()); (badge == "Kept, not sent") != kept {
			t.Errorf("got %q of a mail, kept %v", badge, kept)
		}
	})
	inv := readJSON[struct {
		CustomerID string `json:"customer_id"`
		Mail       struct {
			State string
			Kept  bool
		}
	}](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/invitations/" + w.keptMail})
	if inv.Mail.State != "accepted" || !inv.Mail.Kept {
		t.Errorf("got %+v, want it accepted and kept", inv.Mail)
	}
	b.get("/customers/"+inv.CustomerID).want(http.StatusOK, "Kept, not sent")
}
