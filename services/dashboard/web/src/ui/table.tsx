/**
 * Rows of facts. On a phone every row becomes a block whose cells carry the names of their columns, so that nothing
 * scrolls sideways.
 */
import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the end. */
  readonly numeric?: boolean;
  /** The name is for screen readers only, such as over a column of buttons. */
  readonly nameHidden?: boolean;
}

interface TableProps<Row> {
  /** What the table shows; for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, rowKey }: TableProps<Row>) {
  return (
    <table className="table">
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.name} scope="col" className={column.numeric === true ? 'numeric' : undefined}>
              <span className={column.nameHidden === true ? 'visually-hidden' : undefined}>
                {column.name}
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => (
              <td
                key={column.name}
                className={column.numeric === true ? 'numeric' : undefined}
                data-name={column.nameHidden === true ? undefined : column.name}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** Names with their values, as many columns as fit. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="fact-list">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
