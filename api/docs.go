package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"earshot"
)

// documentation is the contract, parsed when it is first asked for, since starting must not wait for it.
type documentation struct {
	once sync.Once
	doc  *openapi3.T
	err  error
}

// parsed returns the contract with its references resolved.
func (d *documentation) parsed() (*openapi3.T, error) {
	d.once.Do(func() { d.doc, d.err = openapi3.NewLoader().LoadFromData(earshot.OpenAPI) })
	return d.doc, d.err
}

// contractTag names the present edition of the contract.
var contractTag = sync.OnceValue(func() string {
	sum := sha256.Sum256(earshot.OpenAPI)
	return strconv.Quote(hex.EncodeToString(sum[:8]))
})

// contract answers with openapi.yaml as it is.
func (s *Server) contract(c echo.Context) error {
	h := c.Response().Header()
	h.Set("ETag", contractTag())
	h.Set("Cache-Control", "no-cache")
	if c.Request().Header.Get("If-None-Match") == contractTag() {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Stream(http.StatusOK, "application/yaml", bytes.NewReader(earshot.OpenAPI))
}
