package company_test

import (
	"encoding/json"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/company"
)

var today = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestMakeIsTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	one, _ := json.Marshal(company.Make(1, 50, today))
	again, _ := json.Marshal(company.Make(1, 50, today))
	other, _ := json.Marshal(company.Make(2, 50, today))
	if string(one) != string(again) {
		t.Error("the same seed gave two different companies")
	}
	if string(one) == string(other) {
		t.Error("two seeds gave the same company")
	}
}

func TestMakeIsBelievable(t *testing.T) {
	t.Parallel()
	c := company.Make(1, 300, today)
	names, mails := map[string]bool{}, map[string]bool{}
	events, silent := 0, 0
	for _, customer := range c.Customers {
		if names[customer.Name] {
			t.Errorf("two customers are called %q", customer.Name)
		}
		names[customer.Name] = true
		for _, p := range customer.Contacts {
			if mails[p.Email] {
				t.Errorf("two contacts have the address %q", p.Email)
			}
			mails[p.Email] = true
		}
		events += len(customer.Touchpoints)
		last := time.Time{}
		for _, e := range customer.Touchpoints {
			if e.At.After(today) || e.At.Before(today.Add(-company.History-48*time.Hour)) {
				t.Fatalf("%s: an event at %s lies outside of the two years before %s", customer.Name, e.At, today)
			}
			if e.At.After(last) {
				last = e.At
			}
		}
		if customer.Status == "active" && len(customer.Touchpoints) > 0 && today.Sub(last) > 25*24*time.Hour {
			silent++
		}
	}
	if got := events / len(c.Customers); got < 30 || got > 150 {
		t.Errorf("%d events a customer, want between 30 and 150", got)
	}
	if silent < 15 || silent > 100 {
		t.Errorf("%d of 300 active customers are silent for 25 days, want between 15 and 100", silent)
	}
}
