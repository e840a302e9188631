package main

import (
	"fmt"
	"net/http"
	"time"

	"earshot/cmd/earshot/internal/journey"
)

// dayOf is a day of the past.
func dayOf(n int) time.Time { return time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

// checkOrders holds a customer's orders, each of a day of its own, against the least and the most that there must be, and the
// rhythm against the orders.
func checkOrders(c *journey.Client, externalID string, least, most int) error {
	var customer struct{ ID string }
	if err := request(c, http.MethodGet, "/api/v1/customers/by-external-id/"+externalID, nil, &customer, http.StatusOK); err != nil {
		return err
	}
	orders, err := listAll[struct {
		ExternalID string `json:"external_id"`
	}](c, "/api/v1/touchpoints?kind=order&customer_id="+customer.ID)
	if err != nil {
		return err
	}
	distinct := map[string]bool{}
	for _, o := range orders {
		if distinct[o.ExternalID] {
			return fmt.Errorf("order %s of %s is there twice", o.ExternalID, externalID)
		}
		distinct[o.ExternalID] = true
	}
	if len(orders) < least || len(orders) > most {
		return fmt.Errorf("%s has %d orders, want %d to %d", externalID, len(orders), least, most)
	}
	rhythm, err := readRhythm(c, customer.ID)
	if err == nil && (rhythm.days("order") != len(orders) || rhythm.Stale) {
		err = fmt.Errorf("the rhythm of %s knows %d of %d orders (stale: %v)", externalID, rhythm.days("order"), len(orders), rhythm.Stale)
	}
	return err
}

// rhythm is what the program knows of a customer's signs of life.
type rhythm struct {
	Stale bool
	Kinds []struct {
		Kind   string
		Events int
	}
}

func readRhythm(c *journey.Client, customer string) (rhythm, error) {
	var r rhythm
	return r, request(c, http.MethodGet, "/api/v1/customers/"+customer+"/rhythm", nil, &r, http.StatusOK)
}

// days counts the days with a sign of life of that kind.
func (r rhythm) days(kind string) int {
	for _, k := range r.Kinds {
		if k.Kind == kind {
			return k.Events
		}
	}
	return 0
}
