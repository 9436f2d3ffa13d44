package db

import "fmt"

// bind takes a query apart and gives its parameters.
func (s *Source) bind(query string, args Args) (*statement, []any, error) {
	st, err := s.statement(query, args != nil)
	if err != nil {
		return nil, nil, err
	}
	list, err := st.bind(args)
	if err != nil {
		return nil, nil, fmt.Errorf("db: querying %s: %w", s.name, err)
	}
	return st, list, nil
}

// maxStatements bounds how many queries are kept taken apart.
const maxStatements = 1000

// statement gives a query taken apart.
func (s *Source) statement(query string, parameters bool) (*statement, error) {
	if !parameters {
		return s.dialect.parse(query, false)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.statements[query]; st != nil {
		return st, nil
	}
	st, err := s.dialect.parse(query, true)
	if err != nil {
		return nil, &Error{Source: s.name, Query: query, Err: err}
	}
	if len(s.statements) >= maxStatements {
		clear(s.statements)
	}
	s.statements[query] = st
	return st, nil
}

// keyOf gives the parameters as the key of a cached result has them.
func keyOf(st *statement, args []any) string {
	if len(st.refs) == 0 {
		return ""
	}
	var buf [64]byte
	key := buf[:0]
	for _, v := range args {
		key = appendKey(key, v)
	}
	return string(key)
}
