package journey

import (
	"fmt"
	"strings"
	"time"
)

// Company is what a supplier's own systems know of its customers, as CSV files of three different tastes.
type Company struct {
	Customers, Contacts, Touchpoints string
	// Silent are the names of the customers that ordered every week for a year and then nothing for SilentDays.
	Silent []string
	// Rows counts the touchpoints.
	Rows int
}

// SilentDays is how long the silent customers of NewCompany have been silent.
const SilentDays = 60

// Silent says whether days is how long they are said to be silent: a day more if midnight has passed since.
func Silent(days int) bool { return days == SilentDays || days == SilentDays+1 }

// NewCompany makes up a company as of now: five customers are silent, seven are not.
func NewCompany(now time.Time) Company {
	var c Company
	var customers, contacts, touchpoints strings.Builder
	customers.WriteString("Customer no.;Company name;Industry;Revenue per year\r\n")
	contacts.WriteString("customer_id,full name,e-mail,role,language\n")
	touchpoints.WriteString("\uFEFFCustomer;Order date;Amount;Order number;Notes\n")
	for i := range 12 {
		name, last := fmt.Sprintf("Lively %d Ltd", i), i%5
		if i < 5 {
			name, last = fmt.Sprintf("Silent %d GmbH", i), SilentDays
			c.Silent = append(c.Silent, name)
		}
		fmt.Fprintf(&customers, "K-%d;%s;%s;%d.000,00\r\n", i, name, []string{"Retail", "Logistics"}[i%2], 10+i)
		fmt.Fprintf(&contacts, "K-%d,\"Pat %d, Buyer\",%s,decision maker,en\n", i, i, BuyerAddress(i))
		for day := last + 52*7; day >= last; day -= 7 {
			at := now.UTC().AddDate(0, 0, -day)
			fmt.Fprintf(&touchpoints, "K-%d;%s;1.234,50;O-%d-%d;\"Line one\nline two; still the note\"\n", i, at.Format("02.01.2006"), i, day)
			c.Rows++
		}
	}
	c.Customers, c.Contacts, c.Touchpoints = customers.String(), contacts.String(), touchpoints.String()
	return c
}

// BuyerAddress is the address of the contact of the customer with that number.
func BuyerAddress(customer int) string { return fmt.Sprintf("buyer%d@customer.example", customer) }
