package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// paging is how a caller walks through a list.
type paging struct {
	Cursor cursor `query:"cursor"`
	Limit  int    `query:"limit" default:"50" min:"1" max:"500"`
}

// after is the place as the domain takes it.
func (p paging) after() survey.Cursor { return survey.Cursor(p.Cursor) }

// listResponse is one page of a list. A page may be shorter than asked for although there is more: NextCursor tells.
type listResponse[T any] struct {
	Items []T `json:"items"`
	// NextCursor asks for the rest; left out when there is none.
	NextCursor string `json:"next_cursor,omitempty"`
}

// writePage answers with a page of a list, each item as view shows it, or with err.
func writePage[D, V any](c echo.Context, page survey.Page[D], err error, view func(D) V) error {
	if err != nil {
		return err
	}
	list := listResponse[V]{Items: make([]V, len(page.Items)), NextCursor: string(page.Next)}
	for i, item := range page.Items {
		list.Items[i] = view(item)
	}
	return c.JSON(http.StatusOK, list)
}

// nothing answers that it was done and there is nothing to tell.
func nothing(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
