package api

// JSONRoutes returns method and path of every row of the list that programs use, for the test that holds the list against
// the contract.
func (s *Server) JSONRoutes() [][2]string {
	var list [][2]string
	for _, r := range s.jsonRoutes() {
		list = append(list, [2]string{r.method, r.path})
	}
	return list
}
