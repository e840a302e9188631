package journey

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Import is an import as the API tells of it.
type Import struct {
	ID      string
	State   string
	Waiting bool
	Problem string

	Rows, Created, Changed, Unchanged, Failed int

	Errors []struct {
		Line            int
		Column, Message string
	}
}

// importWithin bounds the wait for the end of an import, faults included.
const importWithin = 3 * time.Minute

// Import sends a CSV file, with the query that says what it holds, and waits until its rows are in.
func (c *Client) Import(query, content string) Import {
	c.tb.Helper()
	var begun Import
	c.Do(http.MethodPost, "/api/v1/imports?"+query, content, http.StatusAccepted).Into(c.tb, &begun)
	return c.AwaitImport(begun.ID)
}

// AwaitImport waits until an import is over.
func (c *Client) AwaitImport(id string) (i Import) {
	c.tb.Helper()
	Eventually(c.tb, "the import "+id+" is over", importWithin, func() error {
		answer, err := c.Try(http.MethodGet, "/api/v1/imports/"+id, nil)
		if err != nil {
			return err
		}
		if answer.Status != http.StatusOK {
			return fmt.Errorf("got %d: %s", answer.Status, answer.Body)
		}
		answer.Into(c.tb, &i)
		if !slices.Contains([]string{"finished", "failed", "cancelled"}, i.State) {
			return fmt.Errorf("it is %s, behind %d rows", i.State, i.Rows)
		}
		return nil
	})
	return i
}
