/** Catches what a screen throws while it is drawn; the rest of the page goes on. */
import { Component, type ReactNode } from 'react';
import { ScreenFailed } from './screen-notes.tsx';

interface Props {
  readonly children: ReactNode;
}

export class ScreenBoundary extends Component<Props, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: true } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? (
      <ScreenFailed onRetry={() => this.setState({ failed: false })} />
    ) : (
      this.props.children
    );
  }
}
